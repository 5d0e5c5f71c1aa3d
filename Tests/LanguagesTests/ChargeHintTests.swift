import Testing

@testable import Languages

@Suite struct ChargeHintTests {
    @Test(arguments: [
        ("这个方案要收费的，八百块", ["收费"]), ("您先打款，我再发材料", ["打款"]), ("微信轉賬给我就行", ["微信转账"]), ("把银行卡号发我", ["银行卡号"]),
        ("发个紅包意思一下", ["红包", "意思一下"]),
        ("好处费少不了您的", ["好处费"]), ("咨询费打到我私人账户", ["咨询费", "打到我", "私人账户"]), ("先付定金，尾款结一下", ["先付定金", "尾款结一下"]),
        ("You can pay me by WeChat Pay", ["pay me", "wechat pay"]), ("There is a fee of 300", ["a fee"]),
        ("Send it to my bank account", ["bank account"]),
    ])
    func `a message that asks for money is noticed`(_ message: String, _ words: [String]) {
        #expect(ChargeHint.found(in: message) == words)
    }

    @Test(arguments: [
        "我们不收费，放心", "全程免费", "专家从不收取费用", "严禁收红包", "这里没有咨询费", "请不要转账给任何人", "高速收费站旁边的厂", "他要求付费推广怎么办", "报销了车费和餐费", "下周二来厂里看看",
        "举报收费", "We never charge a fee", "No fee, no deposit first", "Don't pay me anything", "the coffee machine",
        "Can we talk about cash flow?",
        "费用怎么入账", "公司账户冻结了", "研发费用加计扣除", "",
    ])
    func `a message that asks for none is left in peace`(_ message: String) { #expect(ChargeHint.found(in: message).isEmpty) }
}

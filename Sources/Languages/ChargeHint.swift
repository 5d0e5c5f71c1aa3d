/// Words of a message that hint at a fee, a private account or a bank card, where everything is free of charge. A hint, shown
/// beside the message with the way to report it; it stops nothing, so a word too few is better than an alarm too many.
package enum ChargeHint {
    /// The words found, each once, in the order of the text. `不收费` and `no fee` are none.
    package static func found(in text: String) -> [String] {
        let scalars = Array(text.normalisedForSearch().unicodeScalars)
        var found: [String] = []
        var place = 0
        while place < scalars.count {
            guard let phrase = phrase(at: place, of: scalars) else {
                place += 1
                continue
            }
            let word = String(String.UnicodeScalarView(phrase))
            let end = place + phrase.count
            if !isDenied(before: place, of: scalars), !isOther(word, after: end, of: scalars), !found.contains(word) {
                found.append(word)
            }
            place = end
        }
        return found
    }

    /// The longest phrase that begins here; one of Latin letters must be whole words.
    private static func phrase(at place: Int, of text: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        if text[place].isSmallLetterOrDigit, place > 0, text[place - 1].isSmallLetterOrDigit { return nil }
        return phrases[text[place]]?.first { phrase in
            let end = place + phrase.count
            guard end <= text.count, text[place..<end].elementsEqual(phrase) else { return false }
            return !(text[end - 1].isSmallLetter && end < text.count && text[end].isSmallLetter)
        }
    }

    /// Whether the same clause says no just before: 从不收费, 严禁收红包, we never charge a fee.
    private static func isDenied(before place: Int, of text: [Unicode.Scalar]) -> Bool {
        var start = place
        while start > 0, place - start < 24, !marks.contains(text[start - 1]) { start -= 1 }
        let isLatin = text[place].isSmallLetter
        let clause = String(String.UnicodeScalarView(text[(isLatin ? start : max(start, place - 7))..<place]))
        if isLatin {
            let words = clause.split { !$0.isLetter && $0 != "'" && $0 != "’" }
            return words.suffix(5).contains { denials.contains(String($0)) || $0.hasSuffix("n't") || $0.hasSuffix("n’t") }
        }
        return deniers.contains { clause.contains($0) }
    }

    /// 收费站, 收费标准: the word is part of another thing.
    private static func isOther(_ word: String, after end: Int, of text: [Unicode.Scalar]) -> Bool {
        guard let others = continuations[word] else { return false }
        let rest = String(String.UnicodeScalarView(text[end..<min(end + 3, text.count)]))
        return others.contains { rest.hasPrefix($0) }
    }

    private static let phrases: [Unicode.Scalar: [[Unicode.Scalar]]] = {
        let chinese = """
            收费 付费 收取费用 收点费用 收服务费 交服务费 付服务费 收咨询费 咨询费 顾问费 付咨询费 收手续费 交手续费 付手续费 收材料费 好处费 辛苦费 茶水费 跑腿费 介绍费 劳务费
            加急费 代办费 车马费 打点费 打点一下 意思一下 红包 回扣 返点 打款 汇款给我 转账 转给我 转我 打给我 打到我 汇到我 付给我 付我 给我钱 微信转账 微信转 支付宝转
            微信支付 微信收款 支付宝收款 收款码 付款码 收款二维码 收款账号 收款账户 银行卡号 银行卡 卡号 开户行 私人账户 个人账户 私人账号 个人账号 私账 私户
            付现金 给现金 收现金 先付款 先交钱 先付钱 交钱 先收钱 先付定金 付定金 交定金 交订金 付订金 先交定金 交押金 付押金 私下给 私下付 私下交易 私下谈价 私下付款 谈个价 有偿
            付酬劳 给酬劳 付报酬 给报酬 要报酬 尾款结一下 先结一半 一口价 优惠价
            """
        let english = [
            "pay me", "pay us", "payment first", "pay in advance", "send me money", "transfer to me", "transfer the money",
            "wire the money",
            "wire me", "bank account", "bank card", "card number", "account number", "my account", "private account",
            "personal account",
            "red packet", "red envelope", "hongbao", "wechat pay", "alipay", "paypal", "in cash", "cash only", "under the table",
            "kickback",
            "a fee", "our fee", "my fee", "service fee", "consulting fee", "charge you", "we charge", "i charge", "deposit first",
            "a commission",
            "a small tip",
        ]
        let all =
            chinese.split(whereSeparator: \.isWhitespace).map { Array($0.unicodeScalars) }
            + english.map { Array($0.unicodeScalars) }
        return Dictionary(grouping: all.filter { !$0.isEmpty }) { $0[0] }.mapValues { $0.sorted { $0.count > $1.count } }
    }()

    private static let marks = Set("，。；！？、,.;!?\n：:".unicodeScalars)
    private static let deniers = ["不", "没", "无", "免", "严禁", "禁止", "拒绝", "未", "别", "勿", "谢绝", "举报", "投诉"]
    private static let denials: Set<String> = [
        "no", "not", "never", "without", "free", "none", "nor", "cannot", "report", "forbidden",
    ]
    private static let continuations = [
        "收费": ["站", "公路", "标准", "票据", "处", "员", "项目"], "付费": ["会员", "用户", "软件", "推广", "通道"], "转账": ["记录", "凭证", "截图"],
        "打款": ["记录", "凭证"], "银行卡": ["被", "冻结", "丢"], "返点": ["政策"],
    ]
}

import Testing

@testable import Languages

/// Invented identities in the sentences of owners: what stands in 【】 must not survive.
@Suite struct BlackoutTests {
    static let planted = [
        "我们【苏州恒达精密模具有限公司】想申请高新", "欠款的是【杭州和润实业有限责任公司】", "和【大华五金厂】签的合同", "对方是【永兴机械厂】，一直不付款",
        "在【老周记面馆】吃坏了", "客户是【恒大集团】的下属", "【新华书店】欠我们尾款", "【深圳市前海微众信息技术股份有限公司】是客户", "在【天河区】开的【美乐美超市】",
        "【绿洲食品厂】偷税", "【长城机械厂】倒闭了", "【红星家具厂】的图纸", "给【金龙模具厂】代工", "【华强电子厂】不发工资", "【百草味】旗舰店抄我们",
        "【Ａｃｍｅ】有限公司", "【恒 达】有限公司欠款", "【宁波启航】进出口有限公司", "在【兴隆饭店】谈的", "【同仁堂药店】",
        "我姓【沈】，做模具的", "我叫【沈国强】，今年五十八", "我叫【李娜】", "找【张】总谈过", "【李】老板说不行", "【沈国强】经理让我来的", "财务【王丽华】说税多交了",
        "联系人：【周敏】", "法人【陈建军】失联", "法定代表人为【欧阳志远】", "老【王】介绍的", "小【沈】去办的", "【赵国平】说给我们办", "合同是【孙晓明】签的",
        "会计【吴静】离职", "【钱】工说图纸不对", "【马】局长批的", "我是【郭晓峰】，开网店", "【司马】老师帮忙看过", "姓名：【林志颖】", "负责人：【何伟】",
        "阿【强】介绍的", "【徐】女士投诉我们", "【刘德海】师傅修的", "请【曹志刚】律师看", "被告【朱明亮】不到庭",
        "电话【13812345678】", "电话【138-1234-5678】", "手机【138 1234 5678】", "打【０５１２－６５２１８８８８】", "手机【一三八一二三四五六七八】",
        "【①③⑧①②③④⑤⑥⑦⑧】", "拨【400-820-8820】", "欠【126500】元", "欠【12,500.50】元", "差【300万】", "差【三百二十万】", "损失【两百多万】",
        "卡号【6222 0212 3456 7890 123】", "身份证【320583197805120011】", "身份证【32058319780512001X】", "税号【91320583MA1K4B2X7Q】",
        "合同【HT-2025-0391】",
        "【2026年11月24日】签的", "【11月24日】停电", "【3月5号】到期", "发票【№04417823】", "注册号【320583000123456】", "贷了【50w】", "code 【MA1FL3XY】",
        "发到【shen@hengda-mould.com】", "邮箱【Shen.GQ＠163.com】", "看【https://www.hengda.cn/about?id=3】", "网站【hengda-mould.com】",
        "店铺【shop33.taobao.com/x】",
        "微信号：【shenmu_88】", "加V【hengda2020】", "vx 【gq-shen】", "QQ：【88213】", "微信同号【hd_mould】", "公众号“【恒达模具】”", "抖音号【hdmj】",
        "wxid：【wxid_a8f3k2】",
        "车牌【苏E·12345】", "车【沪AD12345】被扣", "【浙B8K2Z9】的货车",
        "在【江苏省】【昆山市】【玉山镇】", "【前进西路88号】", "【人民路】路口", "【3栋502室】", "【青龙山镇】的厂房", "【李家村】征地", "【虎丘区】查环保", "【内蒙古通辽市】的牧场",
        "【人民南路1288号6楼】",
        "I am 【John Smith】 from a mould shop", "Mr 【Smith】 asked for money", "Mrs. 【Zhang Wei】 told us", "My name is 【Jane Doe】",
        "【Acme Precision Ltd】 owes us", "【Golden Dragon Trading Co】. is a client", "【hengda inc】 copied us", "at 【12 Mill Road】",
        "in 【Kunshan City】",
        "mail 【jane.doe@example.org】", "call 【+86 138 1234 5678】", "【Bright Star Technologies】 sued", "Dr 【Li】 helped",
        "报价找【东盛】模具厂", "由【博世华域】转向系统有限公司供货",
    ]

    @Test(arguments: planted)
    func `a planted identity never survives`(_ sentence: String) {
        let (text, secrets) = unmarked(sentence)
        let shown = Blackout(alsoHiding: ["百草味", "阿强"])(text)
        for secret in secrets { #expect(!shown.contains(secret), "\(shown)") }
    }

    @Test func `names that the caller gives are hidden in full, in their distinctive part and in pinyin`() {
        let hide = Blackout(alsoHiding: ["苏州恒达精密模具有限公司", "沈国强", "苏州市", "Acme Precision Ltd", "昆山市"])
        for text in [
            "恒达的图纸", "恒 达 模具", "恒達", "苏州恒达", "国强签的", "沈国强", "苏州这边", "昆山人", "hengda 恒达", "shenguoqiang 写的", "acme sent it",
            "ACME PRECISION",
        ] {
            let shown = hide(text)
            for secret in ["恒达", "恒 达", "恒達", "国强", "苏州", "昆山", "shenguoqiang", "acme", "ACME"] {
                #expect(!shown.contains(secret), "\(shown)")
            }
        }
        #expect(hide("模具行业的精密加工").contains("精密加工"))
    }

    @Test(arguments: [
        "我们公司想申请高新技术企业，不知道要准备什么材料", "员工工伤了，公司要赔多少？", "附近的五金店和模具厂都在涨价", "开了一家服装店，生意不好做",
        "加盟的餐饮公司不退加盟费，怎么办？", "厂房消防验收过不了，思路不对", "超市、小区、城市、道路", "总经理和部门经理意见不一", "想上ERP系统，管理库存", "ISO9001认证怎么做",
        "老板不给工钱，施工队走了", "市场不好，销路打不开，弯路走了不少", "银行贷款批不下来，利息又高", "两个股东吵架，要不要写进章程", "小程序怎么做，小时工怎么算",
        "百姓和企业都关心", "这家工厂的老师傅退休了", "How do we apply for a patent, and what does it cost in time?",
        "Our company makes moulds and needs a loan",
        "千万别签，万一出事", "三三两两的客户", "第三十一条怎么理解",
    ])
    func `ordinary words stay`(_ text: String) { #expect(Blackout(alsoHiding: [])(text) == text) }

    @Test func `most of an ordinary need can still be read`() {
        let text = "我们做精密模具，去年换了三台加工中心，想申请技改补贴，镇里说没有，县里说有。会计说研发费用没有单独记账，要不要先补？老师傅都要退休了，年轻人不肯来。"
        let shown = Blackout(alsoHiding: ["昆山市"])(text)
        #expect(shown.count > text.count * 9 / 10, "\(shown)")
    }

    @Test(arguments: ["公司", "1", "1 ", "张总", "@", "a.", "有限公司", "微信", "Mr A ", "路", "恒"])
    func `time grows with the length alone`(_ piece: String) {
        let text = String(repeating: piece, count: 40_000 / piece.utf8.count)
        let hide = Blackout(alsoHiding: ["恒恒恒恒恒恒恒恒恒恒恒达", "苏州恒达有限公司"])
        _ = hide("热身张总")
        let clock = ContinuousClock()
        let whole = clock.measure { _ = hide(text) }
        let tenth = clock.measure { _ = hide(String(text.prefix(text.count / 10))) }
        // Ten times the length: ten times the time, a hundred times were it quadratic; the rest is for a busy machine.
        #expect(whole < tenth * 50 + .seconds(1), "\(whole) for all, \(tenth) for a tenth")
    }

    private func unmarked(_ sentence: String) -> (String, [String]) {
        let parts = sentence.split(separator: "【", omittingEmptySubsequences: false)
        let secrets = parts.dropFirst().compactMap {
            $0.split(separator: "】", omittingEmptySubsequences: false).first.map(String.init)
        }
        return (sentence.filter { $0 != "【" && $0 != "】" }, secrets)
    }
}

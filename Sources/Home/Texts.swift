import Languages
import Markup
import Web

/// Pages that the law and courtesy want: accessibility, privacy, how to report a flaw.
enum Texts {
    static let accessibility = Path("accessibility")
    static let privacy = Path("privacy")
    static let security = Path(".well-known/security.txt")

    static var accessibilityPage: Answer {
        .page(
            Page(
                Words("无障碍说明", "Accessibility"), width: .narrow, isPublic: true,
                """
                \(title(Words("无障碍说明", "Accessibility")))
                <p>\(Words("按《移动互联网应用适老化通用设计规范》和WCAG 2.2 AA做。右上角“大字”把字放大、按钮放大；全部页面可以只用键盘，也可以用读屏软件；不用脚本也能办完每一件事。", "Built after WCAG 2.2 AA and the national design rules for older users. “Large text” at the top enlarges text and buttons; every page works by keyboard alone and with a screen reader; nothing needs scripts."))</p>
                <p>\(Words("哪里用着不顺，请打页脚的电话，两个工作日内答复。", "If something is hard to use, please call the number below; you get an answer within two working days."))</p>
                """))
    }

    static var privacyPage: Answer {
        .page(
            Page(
                Words("个人信息保护", "Privacy"), width: .narrow, isPublic: true,
                """
                \(title(Words("怎样保护您的信息", "How your information is protected")))
                <h2 class="h3">\(Words("谁看得到", "Who sees it"))</h2><p>\(Words("专家接手前，只看到涂掉名称、数字和地名的摘要；接手并签保密承诺后才看到全文。服务机构的专员为了分办能看到。别的企业、别的专家看不到。", "Before accepting, an expert sees only a summary with names, figures and places blacked out; the full text only after signing the undertaking of confidentiality. The institution's officers see it in order to assign it. No other firm or expert does."))</p>
                <h2 class="h3">\(Words("用来做什么", "What it is used for"))</h2><p>\(Words("只用于这次服务。用于改进分办要另外征得您同意，随时可以在账号页收回。", "For this service alone. Use for improving the assignment needs a consent of its own, which you can withdraw on your account page at any time."))</p>
                <h2 class="h3">\(Words("存多久", "How long it is kept"))</h2><p>\(Words("没有交的草稿30天后删除。交了的需求和案例按志愿服务记录的要求保存。", "Drafts that were not sent are erased after 30 days. Needs and cases are kept as the rules for volunteer records require."))</p>
                <h2 class="h3">\(Words("怎样存", "How it is stored"))</h2><p>\(Words("手机号等加密存放，照片里的拍摄地点会去掉，每次查看都有记录。", "Mobile numbers are encrypted, the place is removed from photos, and every look is recorded."))</p>
                <p>\(Words("本系统为非涉密系统，严禁填写、上传国家秘密、工作秘密。", "This system is not for classified matters: never enter or upload state or work secrets."))</p>
                """))
    }
}

import Languages
package import Markup
import Web

/// What a paper says, as far as a page may show it: every page asks here. Of somebody who had themselves erased the law has the
/// paper kept (its row and its PDF never change), and nobody reads it any more.
package enum PaperContent {
    /// Every fact that is printed, in the order of printing.
    static func shown(_ paper: Paper) -> HTML {
        if paper.isHolderErased {
            return """
                \(blocked)<dl class="facts"><dt>\(Words("种类", "Kind"))</dt><dd>\(paper.kind.words)</dd><dt>\(Words("编号", "Number"))</dt><dd>\(paper.number)</dd>\
                <dt>\(Words("出具机构", "Issued by"))</dt><dd>\(paper.claims.issuer)</dd><dt>\(Words("出具日期", "Issued on"))</dt><dd>\(paper.claims.issuedOn.date())</dd></dl>
                """
        }
        let claims = paper.claims
        return """
            <dl class="facts"><dt>\(Words("种类", "Kind"))</dt><dd>\(claims.kind.words)</dd><dt>\(Words("编号", "Number"))</dt><dd>\(claims.number)</dd>\
            \(each: claims.facts, { fact in "<dt>\(fact.label)</dt><dd lang=\"zh-Hans\">\(each: fact.value.split(separator: "\n").enumerated(), { line in "\(line.offset > 0 ? "<br>" as HTML : nil)\(line.element)" })</dd>" })\
            <dt>\(Words("出具机构", "Issued by"))</dt><dd>\(claims.issuer)</dd><dt>\(Words("出具日期", "Issued on"))</dt><dd>\(claims.issuedOn.date())</dd>\
            \(claims.validUntil.map { "<dt>\(Words("有效期至", "In force until"))</dt><dd>\($0.date())</dd>" })\
            \(claims.replaces.map { "<dt>\(Words("换发自", "Replaces"))</dt><dd>\($0)</dd>" })</dl>
            """
    }

    /// Why somebody was given or lost it is about them, too.
    static func reason(_ text: String, of paper: Paper) -> HTML? {
        paper.isHolderErased ? nil : "<p>\(Words("原因：", "Reason: "))\(text)</p>" as HTML
    }

    /// What stands in the place of what it said.
    package static var blocked: HTML {
        say(
            .wait,
            "<p>\(Words("持有人已注销账号并删除数据。法律要求留存的内容封存着，不能改，谁也看不到，这里不再显示。", "The holder has closed the account and had their data erased. What the law has kept is blocked: it cannot change, nobody sees it, and it is not shown here."))</p>")
    }
}

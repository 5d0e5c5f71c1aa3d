import Languages
import Ledgers
import Markup
import Values
import Web

/// The page of `/verify`: what was found, then the facts, then the ways to look something up.
struct VerifyPage: Sendable {
    let form: Form
    let finding: Verify.Finding?
    let now: Instant

    var page: Page {
        let words = Words("核验聘书、协议和证明", "Check a letter, agreement or certificate")
        return Page(
            words, width: .narrow, wrongs: isFlawed ? 1 : form.wrongs.count,
            """
            \(title(words, "\(Words("扫纸上的二维码，或输入编号和姓名。不用登录。", "Scan the paper's square code, or enter number and name. No need to sign in."))"))
            \(form.summary)
            \(finding.map(told))
            \(finding.flatMap(facts))
            \(finding == nil ? byNumber : nil)
            \(finding == nil ? byFile : again)
            <details class="mt"><summary>\(Words("核验不到怎么办", "If nothing is found"))</summary>\
            <p>\(Words("先核对编号和姓名，一个字都不能差。仍查不到，请打出具机构的电话，报上编号。", "Compare number and name with the paper, character by character. If it is still not found, call the issuing institution and quote the number."))</p>\
            <p>\(Words("文件可以不靠本站核验：用pdfsig、pdfdetach和机构的公钥，十年后也行，做法在说明文件docs/verify.md里。", "The file can be checked without this site: with pdfsig, pdfdetach and the institution's public key, ten years from now too; docs/verify.md says how."))</p></details>
            """)
    }

    private var isFlawed: Bool { if case .flawed? = finding { true } else { false } }

    private var byNumber: HTML {
        """
        <section class="panel"><h2>\(Words("按编号", "By number"))</h2>\
        \(Web.form(Verify.page(), "\(form.show(Verify.number))\(form.show(Verify.name))<p><button class=\"btn go\">\(Words("核验文书", "Check the paper"))</button></p>"))</section>
        """
    }

    private var byFile: HTML {
        """
        <section class="panel mt"><h2>\(Words("按PDF文件", "By its PDF"))</h2>\
        \(Web.form(Verify.file(), files: true, """
            <div class="field"><label for="f-file">\(Words("PDF文件", "PDF file"))</label><p class="hint" id="f-file-h">\(Words("出具机构发的那一个，不是照片。看签名、内容和台账证明，看完就删。", "The one the institution gave out, not a photo. Signature, contents and ledger proof are checked; then it is deleted."))</p>\
            <input class="input" id="f-file" name="file" type="file" accept=".pdf,application/pdf" aria-describedby="f-file-h"></div>\
            <p><button class="btn">\(Words("核验文件", "Check the file"))</button></p>
            """))</section>
        """
    }

    private var again: HTML { "<p class=\"row mt\"><a class=\"btn\" href=\"\(Verify.page())\">\(Words("再核验一份", "Check another"))</a><a class=\"btn quiet\" href=\"\(Link(path: "/complaints/new"))\">\(Words("内容不符？告诉我们", "It does not match? Tell us"))</a></p>" }

    private func told(_ finding: Verify.Finding) -> HTML {
        switch finding {
        case .unknown:
            section(
                .bad, Words("没有查到", "Not found"),
                Words("没有编号和姓名（或二维码）都对得上的文书。它可能抄错了，也可能是假的。", "No paper has this number and name, or this code. It may be miscopied, or it may be false."))
        case .flawed(let flaw):
            // The sentence is what `upload.js` shows beside the field.
            """
            <section class="mb say bad" role="status">\(icon(.alert))<div><h2>\(Words("这个文件不能作为依据", "This file cannot be relied on"))</h2><p class="wrong-note">\(flaw.words)</p></div></section>
            """
        case .paper(let found):
            told(
                found.paper, found.standing, found.newer,
                found.paper.isHolderErased
                    ? Words("持有人后来注销了账号、删除了数据，登记的内容不再显示。", "Its holder has since had their data erased; what was registered is not shown any more.")
                    : Words("登记的内容见下，请和纸上的对一对。", "Below is what was registered; compare it with the paper."))
        }
    }

    private func told(_ paper: Paper, _ standing: Paper.Standing, _ successor: String?, _ how: Words) -> HTML {
        let kind = paper.kind.words
        return switch standing {
        case .valid:
            section(
                .good, Words("真实有效", "Genuine and valid"),
                Words("这份\(kind.chinese)由\(paper.claims.issuer)出具。", "This \(kind.english.lowercased()) was issued by \(paper.claims.issuer). ") + how)
        case .expired(let day):
            section(
                .wait, Words("真实，已过有效期", "Genuine, no longer in force"),
                Words("这份\(kind.chinese)确由\(paper.claims.issuer)出具，有效期到", "This \(kind.english.lowercased()) was issued by \(paper.claims.issuer) and was in force until ") + day.date() + Words("。", "."))
        case .replaced:
            section(
                .wait, Words("已换发新的一份", "Replaced by a newer one"),
                Words("这份\(kind.chinese)已不再使用，请看新的一份\(successor.map { "：\($0)" } ?? "")。", "This \(kind.english.lowercased()) is no longer in use; see the newer one\(successor.map { ": \($0)" } ?? "")."))
        case .suspended(let suspension):
            section(
                .wait, Words("暂停使用", "Suspended"),
                Words("出具机构正在核实，从", "The issuing institution is looking into it. Since ") + suspension.at.day.date() + Words("起暂不能作为依据。", " it cannot be relied on."))
        case .revoked(let revocation):
            section(
                .bad, Words("已撤销", "Revoked"),
                Words("这份\(kind.chinese)已由\(paper.claims.issuer)于", "This \(kind.english.lowercased()) was revoked by \(paper.claims.issuer) on ") + revocation.at.day.date() + Words("撤销，不能作为依据。", " and cannot be relied on."))
        }
    }

    private func section(_ tone: Tone, _ heading: Words, _ words: Words) -> HTML {
        """
        <section class="mb say \(tone.rawValue)" role="status">\(icon(tone == .good ? .check : .alert))<div><h2>\(heading)</h2><p>\(words)</p>\
        <p class="small">\(Words("核验时间：", "Checked: "))\(now.full())</p></div></section>
        """
    }

    private func call(_ telephone: String) -> HTML? { telephone.isEmpty ? nil : "<a href=\"\(Link(telephone: telephone))\">\(telephone)</a>" }

    private func facts(_ finding: Verify.Finding) -> HTML? {
        switch finding {
        case .unknown, .flawed: nil
        case .paper(let found):
            """
            <section class="panel"><h2>\(Words("登记内容", "As registered"))</h2>\(PaperContent.shown(found.paper))\
            \(found.successor.map { successor in
                "<p class=\"mt\">\(Words("出具机构已不再承担这项服务，由上级机构\(successor.name)查证。", "The issuing institution no longer does this service; its superior, \(successor.name), answers for its papers."))\(call(successor.telephone))</p>"
            } ?? (found.telephone.isEmpty ? .empty : "<p class=\"mt\">\(Words("有疑问请打出具机构电话：", "Questions? Call the issuing institution: "))\(call(found.telephone))</p>"))</section>
            """
        }
    }
}

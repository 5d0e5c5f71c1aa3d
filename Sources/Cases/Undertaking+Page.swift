import Happenings
import Identity
import Languages
import Markup
import Reference
import Storage
import Values
package import Web

/// The expert's undertaking of confidentiality (保密承诺): before it nothing of the case is shown to them.
package enum Undertaking {
    static let page = Path("cases/*/undertaking", ID<Case>.self)
    static let pledge = Field<Bool>.tick("pledge", Words("我承诺：对这件案例里看到的经营信息保密，不外传、不另作他用；与该企业没有竞争或利害关系；不收取任何费用，不推销任何产品。", "I undertake to keep what I see in this case confidential and use it for nothing else; I have no competing or other interest in the firm; I charge nothing and sell nothing."))
    struct Signed: Happening { static let kind = "case.undertaken"; let subject: Subject }
}

extension Permission where Deed == Undertaking, Noun == Case {
    package static var undertake: Self { Permission("case.undertake", [Grant(.expert, .own(.expert))]) }
}

extension CasePages {
    func undertakingPage(_ found: Dossier, _ form: Form) -> Answer {
        .page(
            Page(
                Words("保密承诺", "Undertaking of confidentiality"), word: "cases", width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("先签保密承诺", "First, the undertaking of confidentiality"), "\(Words("签了就能看到全文、对方是谁，并开始联系。", "Then you see everything, and who it is, and can get in touch."))"))\(form.summary)
                \(Web.form(Undertaking.page(found.it.id), "\(form.show(Undertaking.pledge))<p><button class=\"btn go big\">\(Words("签好，打开案例", "Sign and open the case"))</button></p>"))
                \(Web.form(Change.page(found.it.id), "<input type=\"hidden\" name=\"reason\" value=\"\(Words("开案前说明不能承接", "Could not take it before it began"))\"><button class=\"btn quiet\">\(Words("有利害关系，办不了", "I have an interest and cannot"))</button>"))
                """))
    }

    /// A case that ended before its expert signed: they learn that it did, and nothing of it.
    static func unopened(_ found: Dossier, _ viewer: Viewer) -> Answer {
        let mayDeclare = viewer.could(.declare, found.it) && found.it.closure != nil && !found.hasDeclared
        return .page(
            Page(
                Words("案例已结束", "The case has ended"), word: "cases", width: .narrow, back: (Case.list(), Words("案例", "Cases")),
                """
                \(title(Words("案例已结束", "The case has ended"), "\(found.it.number)"))
                <p>\(Words("开始前就结束了，不用您再做什么。谢谢您愿意帮忙。", "It ended before it began. Thank you for being willing to help."))</p>
                \(mayDeclare ? button(Declaration.page(found.it.id), Words("我确认：没有收取任何费用", "I confirm that I charged nothing"), kind: "btn go") : nil)
                """))
    }

    func undertake(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        var form = try await visit.form(["pledge"])
        guard form.ticked(Undertaking.pledge, orElse: Words("签了承诺才能打开", "The case opens once you sign")) else { return try await show(visit, id, form) }
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, occasion, in: tx).undertake()
            return Case.page(id)
        }
        return .see(link, saying: Words("谢谢。请先打个招呼，约个时间", "Thank you. Please say hello and agree on a time"))
    }
}

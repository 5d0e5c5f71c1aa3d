import Happenings
import Identity
import Languages
import Reference
import Storage
import Values
import Web

/// The expert's own word that nothing was charged (1.a).
enum Declaration {
    static let page = Path("cases/*/declaration", ID<Case>.self)
    struct Made: Happening { static let kind = "case.declared"; let subject: Subject }
    static func subject(_ id: ID<Case>) -> Subject { Subject("declaration", id) }
}

extension Permission where Deed == Declaration, Noun == Case {
    static var declare: Self { Permission("case.declare", [Grant(.expert, .own(.expert))]) }
}

extension Reader {
    func hasDeclared(_ id: ID<Case>) throws -> Bool { try exists("select 1 from case_declaration where service_case = \(id)") }
}

extension Transaction {
    /// False when it was made before.
    func saveDeclaration(of id: ID<Case>, by may: May<Declaration, Case>, now: Instant) throws -> Bool {
        try insertsOnce("insert into case_declaration (service_case, by_person, at) values (\(id), \(may.person), \(now)) on conflict do nothing")
    }
}

extension ClosurePages {
    func declare(_ visit: Visit, _ id: ID<Case>) async throws -> Answer {
        let form = try await visit.form([])
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in
            try CaseDeeds(id, occasion, in: tx).declare()
            return Case.page(id)
        }
        return .see(link, saying: Words("谢谢您的志愿服务", "Thank you for your service"))
    }
}

package import Files
import Foundation
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Needs
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
package import Web

/// A record of another organisation, carried over with its paper (带入的记录): accepted by an officer, marked for what it is,
/// counted for stars and nowhere else, and never twice.
package struct Carried: Reachable, Sendable {
    package let id: ID<Carried>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let issuer: String
    package let number: String
    package let minutes: Minutes
    package let file: ID<StoredFile>
    package let at: Instant
    package let due: Instant
    package let accepted: Instant?
    package let refused: String?

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Carried.kind, id) }
    package static let kind = "carried"

    package static let list = Path("carried-records")
    static let acceptance = Path("carried-records/*/acceptance", ID<Carried>.self)
    static let refusal = Path("carried-records/*/refusal", ID<Carried>.self)

    package enum Decision {}
    package struct Brought: Happening { package static let kind = "carried.brought"; package let subject: Subject; package let fields: [String: String] }
    package struct Accepted: Happening { package static let kind = "carried.accepted"; package let subject: Subject; package let fields: [String: String] }
    package struct Refused: Happening { package static let kind = "carried.refused"; package let subject: Subject }

    static let issuerField = Field<String>.text("issuer", Words("出具证明的机构", "Who issued the certificate"), longest: 80, shortest: 2)
    static let numberField = Field<String>.text("number", Words("证明编号", "Its number"), longest: 60)
    static let hoursField = Field<String>("hours", Words("多少小时", "How many hours"), hint: Words("按证明上写的，如12.5", "As the paper says, such as 12.5"), .line(keyboard: "decimal", short: true)) { (typed: String) throws(Wrong) -> String in
        guard let hours = Double(typed), hours >= 0.5, hours <= 10_000 else { throw Wrong("请写小时数，如12.5", "Please write hours, such as 12.5") }
        return "\(Int(hours * 60))"
    }
    static let reasonField = Field<String>.area("reason", Words("为什么不收", "Why it is not taken"), longest: 300, shortest: 4, low: true)

    /// The same paper is the same however it is written, in wide characters or narrow ones too.
    static func key(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping.lowercased().filter { $0.isLetter || $0.isNumber } }
}

extension Permission where Deed == Carried, Noun == Carried {
    static var bring: Self { Permission("carried.bring", [Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Carried {
    static var see: Self { Permission("carried.see", [Grant(.expert, .own(.oneself)), Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}
extension Permission where Deed == Carried.Decision, Noun == Carried {
    static var decide: Self { Permission("carried.decide", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Reader {
    package func carried(_ id: ID<Carried>) throws -> Carried? { try carried("q.id = \(id)", limit: 1).first }

    package func carried(_ condition: SQL, limit: Int) throws -> [Carried] {
        try rows(
            """
            select q.id, q.person, q.institution, q.region, q.issuer, q.number, q.minutes, q.file, q.at, q.due, a.at, r.reason from carried_record q
            left join carried_acceptance a on a.carried = q.id left join carried_refusal r on r.carried = q.id where \(condition) order by q.id desc limit \(limit)
            """
        ) { row in
            Carried(
                id: try row(), person: try row(), institution: try row(), region: try row(), issuer: try row(), number: try row(), minutes: try row(), file: try row(), at: try row(), due: try row(),
                accepted: try row.maybe(), refused: try row.maybe())
        }
    }
}

extension Transaction {
    /// Carries over a record with its paper; it counts once somebody else has accepted it.
    @discardableResult
    package func bring(_ file: TakenFile, issuer: String, number: String, minutes: Minutes, by viewer: Viewer, at now: Instant, days: WorkingDays, terms: ServiceRecord.Terms = .init(), from address: String = "") throws -> ID<Carried> {
        let may = try viewer.may(Permission<Carried, Carried>.bring)
        guard let expert = try expert(may.person), let institution = try organisation(expert.institution) else { throw Problem.notFound }
        let id = ID<Carried>(at: now)
        let due = days.add(workingDays: terms.certificate, to: now).at
        let stored = try add(file, to: Subject(Carried.kind, id), by: may.by, now: now)
        try run(
            """
            insert into carried_record (id, person, institution, region, issuer, number, issuer_key, number_key, minutes, file, at, due)
            values (\(id), \(may.person), \(institution.id), \(institution.region), \(issuer), \(number), \(Carried.key(issuer)), \(Carried.key(number)), \(minutes), \(stored), \(now), \(due))
            """)
        try record(Carried.Brought(subject: Subject(Carried.kind, id), fields: ["minutes": "\(minutes.count)"]), by: may.by, at: now, from: address)
        try give(
            Turn(
                Subject(Carried.kind, id), holder: .organisation(institution.id), permission: Permission<Carried.Decision, Carried>.decide.name, what: Words("核对带入的记录", "Check a record carried over"), due: due, since: now,
                institution: institution.id, region: institution.region, title: issuer))
        return id
    }

    /// Accepts it, or refuses it with a reason; not by whoever brought it.
    package func decide(_ id: ID<Carried>, refusing reason: String?, by viewer: Viewer, at now: Instant, from address: String = "") throws {
        _ = try values("select id from carried_record where id = \(id)\(.forUpdate)", String.self)
        guard let found = try carried(id) else { throw Problem.notFound }
        let may = try viewer.may(Permission<Carried.Decision, Carried>.decide, found)
        guard may.person != found.person else { throw Certificate.sameHand }
        guard found.accepted == nil, found.refused == nil else { return }
        if let reason {
            try run("insert into carried_refusal (carried, by_person, reason, at) values (\(id), \(may.person), \(reason), \(now))")
            try record(Carried.Refused(subject: found.subject), by: may.by, at: now, from: address)
        } else {
            let (issuer, number) = (Carried.key(found.issuer), Carried.key(found.number))
            // What this house recorded counts already.
            guard try !organisations(.institution).contains(where: { Carried.key($0.name) == issuer }) else { throw Carried.ours }
            // Their key decides, also between two who accept at once.
            guard try insertsOnce(
                """
                insert into carried_acceptance (carried, person, issuer_key, number_key, minutes, by_person, at)
                values (\(id), \(found.person), \(issuer), \(number), \(found.minutes), \(may.person), \(now)) on conflict do nothing
                """)
            else { throw Carried.twice }
            try record(Carried.Accepted(subject: found.subject, fields: ["minutes": "\(found.minutes.count)"]), by: may.by, at: now, from: address)
        }
        try endTurn(of: found.subject)
        try tell(
            Notice(
                to: found.person, .mustKnow, about: found.subject, key: "carried.decided", reason == nil ? Words("带入的记录核对好了", "The record you carried over is accepted") : Words("带入的记录没有收，请看原因", "The record you carried over was not taken; please see why"),
                place: Carried.list().text), at: now)
    }
}

extension Carried {
    static let twice = Problem("carried.twice", status: 409, Words("这张证明已经带入过了", "This certificate was carried over already"), Words("同一张证明只能计一次。", "The same certificate counts once."))
    static let ours = Problem("carried.ours", status: 409, Words("这是本平台机构的记录，已经计入", "It was recorded here, and counts already"), Words("不用再带入。", "There is nothing to carry over."))
}

struct CarriedPages: Sendable {
    let reference: Reference
    let files: FileStore
    let terms: ServiceRecord.Terms

    func list(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let (viewer, now) = (visit.viewer, visit.now)
        let mayBring = viewer.mayKnock(Permission<Carried, Carried>.bring.grants)
        let found = try await visit.read { reader in
            let scope = viewer.scope(Permission<See, Carried>.see.grants, institution: "q.institution", region: "q.region") { tie, person in tie == .oneself ? "q.person = \(person)" : nil }
            let all = try reader.carried(scope, limit: 100)
            return (all: all, names: try reader.names(of: all.map(\.person)))
        }
        let heading = Words("带入的记录", "Records carried over")
        return .page(
            Page(
                heading, word: "records", width: .narrow, back: (ServiceRecord.list(), Words("服务记录", "Service records")), wrongs: form.wrongs.count,
                """
                \(title(heading, "\(Words("别的机构出具的证明，核对后计入星级的时长，一直标明来处，同一张只计一次。", "Certificates of others count for stars once they are checked; they stay marked, and each counts once."))"))\(form.summary)
                \(found.all.isEmpty ? empty(Words("还没有带入的记录", "Nothing carried over yet"), Words("有别的机构的志愿服务证明，可以在这里带入。", "If you hold another organisation's certificate, it can be carried over here.")) : """
                    <ul class="list mb">\(each: found.all, { it in row(it, found.names, viewer, now) })</ul>
                    """ as HTML)
                \(mayBring ? Web.form(Carried.list(), files: true, "<h2 class=\"h3 mt mb\">\(Words("带入一张证明", "Carry over a certificate"))</h2>\(form.show(Carried.issuerField))\(form.show(Carried.numberField))\(form.show(Carried.hoursField))\(uploadField(form, label: Words("证明的照片或扫描件", "A photo or scan of it"), optional: false, several: false))<p><button class=\"btn go\">\(Words("带入，请机构核对", "Carry it over"))</button></p>") : nil)
                """))
    }

    private func row(_ it: Carried, _ names: [ID<Person>: String], _ viewer: Viewer, _ now: Instant) -> HTML {
        let isOpen = it.accepted == nil && it.refused == nil
        let mayDecide = isOpen && viewer.could(.decide, it) && viewer.person != it.person
        return """
            <li><div class="stack"><p class="row"><span class="grow">\(it.issuer)　\(it.minutes.words)<br><span class="soft small">\(names[it.person] ?? "")　\(it.number)　\(it.at.spoken(now: now))</span></span>\(tag(it.accepted != nil ? Words("已带入", "Carried over") : it.refused != nil ? Words("没有收", "Not taken") : Words("待核对", "To be checked"), it.accepted != nil ? .good : .wait))</p>\
            <p><a href="\(StoredFile.page(it.file))">\(Words("看证明", "See the paper"))</a></p>\(it.refused.map { "<p class=\"small\">\($0)</p>" as HTML })\
            \(mayDecide ? "<div class=\"row\">\(button(Carried.acceptance(it.id), Words("核对无误，带入", "It is right: take it")))</div><details class=\"more\"><summary>\(Words("不收", "Do not take it"))</summary>\(Web.form(Carried.refusal(it.id), "\(Form().show(Carried.reasonField))<button class=\"btn\">\(Words("退回并说明原因", "Return it with the reason"))</button>"))</details>" as HTML : nil)</div></li>
            """
    }

    func bring(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["issuer", "number", "hours"], files: 1)
        let (issuer, number, minutes) = (form.value(Carried.issuerField), form.value(Carried.numberField), form.value(Carried.hoursField).flatMap { Int($0) })
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请先拍照或选一个文件", "Please take a photo or choose a file first")) }
        let taken = await files.take(&form, most: 1)
        guard form.isGood, let issuer, let number, let minutes, let file = taken.first else {
            taken.forEach { $0.forget() }
            return try await list(visit, form)
        }
        let (viewer, now, address, days, terms) = (visit.viewer, visit.now, visit.address, reference.workingDays, terms)
        let link = try await visit.write(once: form) { tx in
            try tx.bring(file, issuer: issuer, number: number, minutes: Minutes(minutes), by: viewer, at: now, days: days, terms: terms, from: address)
            return Carried.list()
        }
        return .see(link, saying: Words("带来了，\(terms.certificate)个工作日内核对", "Received; it is checked within \(terms.certificate) working days"))
    }

    func accept(_ visit: Visit, _ id: ID<Carried>) async throws -> Answer { try await decide(visit, id, try await visit.form([]), nil) }

    func refuse(_ visit: Visit, _ id: ID<Carried>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(Carried.reasonField) else {
            let viewer = visit.viewer
            try await visit.read { reader in guard let it = try reader.carried(id), viewer.could(.decide, it) else { throw Problem.notFound } }
            return try await list(visit, form)
        }
        return try await decide(visit, id, form, reason)
    }

    private func decide(_ visit: Visit, _ id: ID<Carried>, _ form: Form, _ reason: String?) async throws -> Answer {
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            try tx.decide(id, refusing: reason, by: viewer, at: now, from: address)
            return Carried.list()
        }
        return .see(link, saying: reason == nil ? Words("带入了，已告诉专家", "Taken; the expert was told") : Words("退回了，已告诉专家", "Returned; the expert was told"))
    }
}

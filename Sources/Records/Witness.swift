package import Cases
import Happenings
import Identity
import Languages
import Markup
package import Storage
package import Values
package import Web

/// What the owner adds to a session while it is held: on site the code on their telephone, which the expert types on the
/// spot; at a distance their own "we have begun".
package struct Witness: Sendable, Equatable {
    package let kind: Kind
    package let by: ID<Person>
    package let at: Instant

    package enum Kind: String, CellCodable, Sendable {
        case visitCode, ownerBegun
        var evidence: Evidence.Kind { self == .visitCode ? .visitCode : .ownerBegun }
    }

    static let begun = Path("meetings/*/witness", ID<Meeting>.self)
    static let visit = Path("meetings/*/visit", ID<Meeting>.self)
    static let tries = 5

    package struct Given: Happening { package static let kind = "record.witnessed"; package let subject: Subject; package let fields: [String: String] }

    /// Six digits that only the owner's page shows, and only around the visit.
    package static func code(_ meeting: ID<Meeting>, _ vault: Vault) -> String {
        let number = vault.hash(meeting.text, for: "visit code").utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } % 1_000_000
        return String(repeating: "0", count: 6 - "\(number)".count) + "\(number)"
    }

    /// From half an hour before the agreed time until the end is pressed.
    static func isOpen(_ meeting: Meeting, at now: Instant) -> Bool {
        switch meeting.state {
        case .agreed(let at): now > at - .minutes(30) && now < at + .hours(12)
        case .running: true
        default: false
        }
    }

    static let codeField = Field<String>("code", Words("到访码", "Visit code"), hint: Words("6位数字，在企业手机的这一页上", "Six digits, on this page of the owner's telephone"), .line(keyboard: "numeric", short: true)) { (typed: String) throws(Wrong) -> String in
        let digits = typed.filter { !$0.isWhitespace }
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { throw Wrong("到访码是6位数字", "The visit code has six digits") }
        return digits
    }

    /// The owner's side.
    package enum Owner {}
}

extension Permission where Deed == Witness.Owner, Noun == Case {
    static var witness: Self { Permission("meeting.witness", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}

extension Permission where Deed == Witness, Noun == Case {
    static var visit: Self { Permission("meeting.visit", [Grant(.expert, .own(.expert))]) }
}

/// One deed to the witnessing of a session, with its case locked around it.
package struct WitnessDeeds {
    let meeting: ID<Meeting>
    let viewer: Viewer
    let now: Instant
    let address: String
    let tx: Transaction

    package init(_ meeting: ID<Meeting>, by viewer: Viewer, at now: Instant, from address: String = "", in tx: Transaction) {
        self.meeting = meeting
        self.viewer = viewer
        self.now = now
        self.address = address
        self.tx = tx
    }

    private func load() throws -> (Meeting, Case) {
        guard let found = try tx.meeting(meeting) else { throw Problem.notFound }
        let it = try tx.lock(found.serviceCase)
        guard let current = try tx.meeting(meeting) else { throw Problem.notFound }
        return (current, it)
    }

    private func give(_ kind: Witness.Kind, _ person: ID<Person>, _ it: Case) throws {
        guard try tx.insertsOnce("insert into meeting_witness (meeting, kind, by_person, at) values (\(meeting), \(kind), \(person), \(now)) on conflict do nothing") else { return }
        try tx.record(Witness.Given(subject: it.subject, fields: ["meeting": meeting.text, "kind": kind.rawValue]), by: .person(person), at: now, from: address)
    }

    /// "We have begun", by the owner. May be repeated.
    @discardableResult
    package func begun() throws -> ID<Case> {
        let (found, it) = try load()
        let may = try viewer.may(.witness, it)
        guard may.person != it.expert else { throw Problem.notFound }
        guard Witness.isOpen(found, at: now) else { throw Witness.past }
        // On site the code speaks: it shows that both were there.
        guard found.way != .onSite else { throw Witness.onSite }
        try give(.ownerBegun, may.person, it)
        return it.id
    }

    /// The code, typed by the expert on the spot; false when it is wrong. Five tries.
    package func visit(_ code: String) throws -> (id: ID<Case>, isRight: Bool) {
        let (found, it) = try load()
        let may = try viewer.may(.visit, it)
        guard may.person != it.asker, !it.colleagues.contains(may.person), found.way == .onSite else { throw Problem.notFound }
        guard Witness.isOpen(found, at: now) else { throw Witness.past }
        let tries: Int = try tx.one(
            """
            insert into visit_code_try (meeting, count) values (\(meeting), 1) on conflict (meeting) do update set count = visit_code_try.count + 1 returning count
            """) { try $0() }
        guard tries <= Witness.tries else { throw Witness.tooMany }
        guard code == Witness.code(meeting, tx.vault) else { return (it.id, false) }
        try give(.visitCode, may.person, it)
        return (it.id, true)
    }
}

extension Witness {
    static let past = Problem(
        "witness.past", status: 409, Words("现在不是时候", "Not now"),
        Words("约定时间前半小时到结束之间才能按。谈过了又没有按，请马上拍现场服务单或传通话记录，过时不能计入。", "It can be pressed from half an hour before the agreed time until the end. If it was forgotten, add a signed sheet or a call log at once: later it counts no more."))
    static let onSite = Problem(
        "witness.onSite", status: 409, Words("入企用到访码", "On site the visit code is used"), Words("请把这一页上的6位数字给专家看。", "Please show the expert the six digits on this page."))
    static let tooMany = Problem(
        "witness.tooMany", status: 429, Words("输错5次了", "Wrong five times"),
        Words("这次不能再用到访码。请当场填一张现场服务单，双方签字后拍照上传。", "The code cannot be used any more. Please fill in a service sheet on the spot, sign it both, and send a photo."), retryAfter: 3600)
}

/// What stands under each meeting of a case: the code, the tap, and the record that came of it.
struct WitnessPages: Sendable {
    func beside(_ visit: Visit, _ it: Case, _ meetings: [Meeting]) async throws -> [ID<Meeting>: HTML] {
        let (viewer, now) = (visit.viewer, visit.now)
        guard let person = viewer.person, !meetings.isEmpty else { return [:] }
        let ids = meetings.map(\.id)
        let found = try await visit.read { reader in
            (
                witnessed: Set(try reader.values("select meeting from meeting_witness where meeting in (\(list: ids))", ID<Meeting>.self)),
                records: try reader.serviceRecords("q.meeting in (\(list: ids)) and \(ServiceRecord.scope(viewer))", limit: ids.count), vault: reader.vault
            )
        }
        let isExpert = viewer.could(.visit, it) && person == it.expert
        let isOwner = viewer.could(.witness, it) && person != it.expert
        var all: [ID<Meeting>: HTML] = [:]
        for meeting in meetings {
            if let record = found.records.first(where: { $0.meeting == meeting.id }) {
                all[meeting.id] = "<p><a href=\"\(ServiceRecord.page(record.id))\">\(Words("服务记录：", "Service record: "))\(record.claimed.words)</a>　\(tag(record.state.words, record.state.tone))</p>"
            } else if found.witnessed.contains(meeting.id) {
                all[meeting.id] = "<p class=\"soft small\">\(meeting.way == .onSite ? Words("到访码核对过了，结束后记一次服务", "The visit code was checked; the session is recorded at its end") : Words("企业确认开始了，结束后记一次服务", "The owner said that it has begun; it is recorded at its end"))</p>"
            } else if it.state == .running, Witness.isOpen(meeting, at: now) {
                all[meeting.id] = Self.open(meeting, isOwner: isOwner, isExpert: isExpert, found.vault)
            }
        }
        return all
    }

    private static func open(_ meeting: Meeting, isOwner: Bool, isExpert: Bool, _ vault: Vault) -> HTML? {
        if isOwner {
            return meeting.way == .onSite
                ? "<div class=\"stat\"><b>\(Witness.code(meeting.id, vault))</b><span>\(Words("到访码：专家到了，请给他看", "Visit code: show it to the expert on arrival"))</span></div>"
                : "\(button(Witness.begun(meeting.id), Words("我们开始了", "We have begun"), kind: "btn"))<p class=\"hint\">\(Words("专家的服务时间要有您这一按才能计入。", "The expert's time can count only with this tap of yours."))</p>"
        }
        guard isExpert else { return nil }
        return meeting.way == .onSite
            ? form(Witness.visit(meeting.id), "\(Form().show(Witness.codeField))<p><button class=\"btn\">\(Words("核对到访码", "Check the visit code"))</button></p>")
            : "<p class=\"hint\">\(Words("请企业在他的这一页上按“我们开始了”，时间才能计入。", "Please ask the owner to press “we have begun” on their page: only then can the time count."))</p>"
    }

    func begun(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in Self.tab(try WitnessDeeds(id, by: viewer, at: now, from: address, in: tx).begun()) }
        return .see(link, saying: Words("记下了：开始了", "Noted: it has begun"))
    }

    func visited(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        var form = try await visit.form(["code"])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        guard let code = form.value(Witness.codeField) else {
            // Whoever may not know the meeting learns nothing from a wrong form either.
            let it = try await visit.read { reader -> Case in
                guard let found = try reader.meeting(id), let it = try reader.serviceCase(found.serviceCase), viewer.could(.visit, it) else { throw Problem.notFound }
                return it
            }
            return wrong(it.id, id, form)
        }
        let done = try await visit.write { tx in try WitnessDeeds(id, by: viewer, at: now, from: address, in: tx).visit(code) }
        guard done.isRight else {
            form.wrong(Witness.codeField, Wrong("到访码不对，请看企业手机上这次面谈下面的6位数字", "That is not the code; it stands under this meeting on the owner's telephone"))
            return wrong(done.id, id, form)
        }
        return .see(Self.tab(done.id), saying: Words("核对好了，结束时请按“结束”", "Checked; press “end” when you finish"))
    }

    private func wrong(_ it: ID<Case>, _ id: ID<Meeting>, _ form: Form) -> Answer {
        .page(
            Page(
                Words("核对到访码", "Check the visit code"), word: "cases", width: .narrow, back: (Self.tab(it), Words("回到案例", "Back to the case")), wrongs: form.wrongs.count,
                """
                \(title(Words("核对到访码", "Check the visit code")))\(form.summary)
                \(Web.form(Witness.visit(id), "\(form.show(Witness.codeField))<p><button class=\"btn go\">\(Words("核对到访码", "Check the visit code"))</button></p>"))
                """))
    }

    static func tab(_ id: ID<Case>) -> Link { Case.page(id).with([("tab", "meetings")]) }
}

extension Instant {
    /// 14:30
    var clock: Words {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Words(same: "\(two(minuteOfDay / 60)):\(two(minuteOfDay % 60))")
    }
}

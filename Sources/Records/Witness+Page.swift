import Cases
import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

/// What stands under each meeting of a case: the code, the tap, and the record that came of it.
struct WitnessPages: Sendable {
    let reference: Reference

    static func beside(_ visit: Visit, _ it: Case, _ meetings: [Meeting]) async throws -> [ID<Meeting>: HTML] {
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
                all[meeting.id] = "<p class=\"row\"><a href=\"\(ServiceRecord.page(record.id))\">\(Words("服务记录：", "Service record: "))\(record.claimed.words)</a>\(tag(record.state.words, record.state.tone))</p>"
            } else if found.witnessed.contains(meeting.id) {
                all[meeting.id] = "<p class=\"soft small\">\(meeting.way == .onSite ? Words("到访码核对过了，结束后记一次服务", "The visit code was checked; the session is recorded at its end") : Words("企业确认开始了，结束后记一次服务", "The owner said that it has begun; it is recorded at its end"))</p>"
            } else if it.state == .running, Witness.isOpen(meeting, at: now) {
                all[meeting.id] = open(meeting, isOwner: isOwner, isExpert: isExpert, found.vault)
            }
        }
        return all
    }

    private static func open(_ meeting: Meeting, isOwner: Bool, isExpert: Bool, _ vault: Vault) -> HTML? {
        if isOwner {
            return meeting.way == .onSite
                ? "<div class=\"stat code\"><b>\(Witness.code(meeting.id, vault))</b><span>\(Words("到访码：专家到了，请给他看", "Visit code: show it to the expert on arrival"))</span></div>"
                : "\(button(Witness.begun(meeting.id), Words("我们开始了", "We have begun"), kind: "btn"))<p class=\"hint\">\(Words("专家的服务时间要有您这一按才能计入。", "The expert's time can count only with this tap of yours."))</p>"
        }
        guard isExpert else { return nil }
        return meeting.way == .onSite
            ? form(Witness.visit(meeting.id), "\(Form().show(Witness.codeField))<p><button class=\"btn\">\(Words("核对到访码", "Check the visit code"))</button></p>")
            : "<p class=\"hint\">\(Words("请企业在他的这一页上按“我们开始了”，时间才能计入。", "Please ask the owner to press “we have begun” on their page: only then can the time count."))</p>"
    }

    func begun(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        let form = try await visit.form([])
        let occasion = Occasion(visit, days: reference.workingDays)
        let link = try await visit.write(once: form) { tx in Self.tab(try WitnessDeeds(id, occasion, in: tx).begun()) }
        return .see(link, saying: Words("记下了：开始了", "Noted: it has begun"))
    }

    func visited(_ visit: Visit, _ id: ID<Meeting>) async throws -> Answer {
        var form = try await visit.form(["code"])
        let occasion = Occasion(visit, days: reference.workingDays)
        guard let code = form.value(Witness.codeField) else {
            // Whoever may not know the meeting learns nothing from a wrong form either.
            let it = try await visit.read { reader -> Case in
                guard let found = try reader.meeting(id), let it = try reader.serviceCase(found.serviceCase), occasion.viewer.could(.visit, it) else { throw Problem.notFound }
                return it
            }
            return wrong(it.id, id, form)
        }
        let done = try await visit.write { tx in try WitnessDeeds(id, occasion, in: tx).visit(code) }
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

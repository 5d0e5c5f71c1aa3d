package import Files
import Identity
import Languages
import Markup
package import Reference
package import Storage
package import Values
package import Web
import Turns

/// The face of Needs: from the first words of an owner to the officer's decision.
package struct NeedsRoom: Room {
    private let drafts: DraftPages
    private let sender: Sender
    private let pages: NeedPages
    private let edits: NeedEdit
    private let withdrawals: WithdrawalPages
    private let triage: TriagePages
    private let list: WorkList
    private let onBehalf: OnBehalf

    /// What the rooms above fill in.
    package struct Slots: Sendable {
        package var expertName: @Sendable (ID<Person>, Reader) throws -> String? = { _, _ in nil }
        package var extra: @Sendable (Visit, Need) async throws -> NeedExtra = { _, _ in NeedExtra() }
        package var queues: @Sendable (Viewer, Reader, Instant) throws -> [QueueWord] = { _, _, _ in [] }
        package var withdrawn: @Sendable (Need, ID<Person>, Instant, Transaction) throws -> Void = { _, _, _, _ in }
        /// Whether an expert has been asked: then a triage is not taken back.
        package var isAsked: @Sendable (ID<Need>, Reader) throws -> Bool = { _, _ in false }
        package init() {}
    }

    package init(reference: Reference, intake: Intake, files: FileStore, slots: Slots = Slots()) {
        drafts = DraftPages(files: files, expertName: slots.expertName)
        sender = Sender(intake: intake, reference: reference)
        pages = NeedPages(reference: reference, intake: intake, extra: slots.extra)
        edits = NeedEdit(intake: intake)
        withdrawals = WithdrawalPages(intake: intake, withdrawn: slots.withdrawn)
        triage = TriagePages(reference: reference, intake: intake, isAsked: slots.isAsked)
        list = WorkList(reference: reference, queues: slots.queues)
        onBehalf = OnBehalf(intake: intake, reference: reference)
    }

    package var migrations: [Migration] { [Draft.migration, Need.migration, Triage.migration, Withdrawal.migration] }

    package func routes(_ routes: inout Routes) {
        let see = Access.needs(Permission<See, Need>.see)
        routes.get(Draft.start, .everyone) { visit, _ in try await drafts.start(visit) }
        routes.get(Draft.page, .everyone) { visit, id in try await drafts.show(visit, id) }
        routes.post(Draft.page, .everyone) { visit, id in try await drafts.send(visit, id) }
        routes.post(Draft.text, .everyone) { visit, id in try await drafts.keepText(visit, id) }
        routes.post(Draft.file, .everyone) { visit, ids in try await drafts.removeFile(visit, ids) }
        routes.post(Draft.removal, .everyone) { visit, id in try await drafts.remove(visit, id) }
        routes.get(Draft.who, .signedIn) { visit, id in try await sender.show(visit, id) }
        routes.post(Draft.who, .signedIn) { visit, id in try await sender.send(visit, id) }

        routes.get(Need.list, .signedIn) { visit, _ in try await list.show(visit) }
        routes.get(OnBehalf.page, .needs(Permission<Entry, Need>.enter)) { visit, _ in try await onBehalf.show(visit) }
        routes.post(OnBehalf.page, .needs(Permission<Entry, Need>.enter)) { visit, _ in try await onBehalf.save(visit) }
        routes.get(Need.page, see) { visit, id in try await pages.show(visit, id) }
        routes.post(Takeover.page, .needs(Permission<Takeover, Need>.takeOver)) { visit, id in try await Takeover.take(visit, id) }
        routes.get(NeedEdit.page, .needs(Permission<Edit, Need>.edit)) { visit, id in try await edits.show(visit, id) }
        routes.post(NeedEdit.page, .needs(Permission<Edit, Need>.edit)) { visit, id in try await edits.save(visit, id) }
        routes.get(Withdrawal.page, .needs(Permission<Withdrawal, Need>.withdraw)) { visit, id in try await withdrawals.ask(visit, id) }
        routes.post(Withdrawal.page, .needs(Permission<Withdrawal, Need>.withdraw)) { visit, id in try await withdrawals.withdraw(visit, id) }
        routes.post(Withdrawal.undo, .needs(Permission<Withdrawal, Need>.withdraw)) { visit, id in try await withdrawals.undo(visit, id) }

        routes.post(Triage.page, .needs(Permission<Triage, Need>.triage)) { visit, id in try await triage.triage(visit, id, pages) }
        routes.post(TriagePages.Undo.page, .needs(Permission<Triage, Need>.triage)) { visit, id in try await triage.undo(visit, id) }
        routes.post(Triage.many, .needs(Permission<Triage, Need>.triage)) { visit, _ in try await triage.many(visit) }
        routes.post(Referral.page, .needs(Permission<Referral, Need>.refer)) { visit, id in try await withdrawals.refer(visit, id) }
        routes.post(Joint.page, .needs(Permission<Joint, Need>.join)) { visit, id in try await withdrawals.join(visit, id) }
    }

    /// How much waits in the two queues of this room.
    package static func queues(_ viewer: Viewer, _ reader: Reader, _ now: Instant) throws -> [QueueWord] {
        let scope = viewer.scope(Permission<See, Need>.see.grants, institution: "institution", region: "region") { _, _ in nil }
        return try [("triage", Words("待分办", "To assign"), Permission<Triage, Need>.triage.name), ("propose", Words("待推荐", "To propose"), "need.propose")].map { key, words, permission in
            QueueWord(key, words, Need.list().with([("queue", key)]), count: try reader.waitingCount(scope: scope, .init(kind: "need", permission: permission)))
        }
    }

    /// Who may see the files of a need, or of a draft.
    package static func maySee(_ visit: Visit, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        switch subject.kind {
        case "need":
            guard let id = ID<Need>(subject.id), let need = try reader.need(id) else { return false }
            return visit.viewer.could(Permission<See, Need>.see, need)
        case Draft.subjectKind:
            guard let id = ID<Draft>(subject.id), let draft = try reader.draft(id) else { return false }
            return draft.belongs(to: visit.writer)
        default: return nil
        }
    }
}


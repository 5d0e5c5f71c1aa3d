import Cases
import Complaints
import Demo
import Documents
import Files
import Happenings
import Holdings
import Home
import Identity
import Languages
import Messaging
import Needs
import Papers
import Records
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web
import Workstations

extension House {
    /// The rooms, lower ones first: a table may refer to the key of a lower room's.
    struct Rooms {
        let all: [any Room]
        let cases: CasesRoom
        let papers: PapersRoom
        let complaints: ComplaintsRoom
        let records: RecordsRoom
        let intake: Intake

        var holdings: [Holding] {
            Notice.holdings(reach: { person, reader in
                try reader.profile(person).map { [$0.mobile?.open("to find what was sent to it"), $0.mail].compactMap { $0 } } ?? []
            }) + [Turn.holding] + all.reversed().flatMap(\.holdings) + [
                DataExport.holding, Seal.holding,
                .nobodys("data_export_part", Words("副本的内容", "Contents of copies"), ["content_sealed"], why: Words("加密存7天", "Sealed, for seven days")),
                .nobodys("blocked", Words("封存的内容", "What is blocked"), ["content_sealed"], why: Words("已注销的人的，法律要求留存", "Of people whose accounts are closed, as the law requires")),
                .nobodys("job", Words("后台的工作", "Work in the background"), ["payload"], why: Words("只有编号", "Numbers alone")),
            ]
        }

        init(reference: Reference, post: Post, files: FileStore, baseURL: String, terms: ServiceRecord.Terms = .init()) {
            let queues: @Sendable (Viewer, Reader, Instant) throws -> [QueueWord] = { try NeedsRoom.queues($0, $1, $2) + CasesRoom.queues($0, $1, $2) }
            cases = CasesRoom(reference: reference, files: files, queues: queues, beside: RecordsRoom.besideMeetings)
            records = RecordsRoom(reference: reference, files: files, terms: terms)
            intake = Intake(
                adviser: Adviser(reference: reference, classifier: .bundled), reference: reference,
                officersOnDuty: { institution, day, reader in try reader.onDuty(institution, day).filter { $0.kind == .officer }.map(\.person) })
            var slots = NeedsRoom.Slots()
            // Who is not appointed is not public yet.
            slots.expertName = { person, reader in try reader.expert(person).flatMap { $0.isAppointed(on: Instant.now.day) ? $0.name : nil } }
            slots.extra = CasesRoom.extra
            slots.queues = queues
            slots.withdrawn = CasesRoom.withdrawn
            slots.isAsked = CasesRoom.isAsked
            papers = PapersRoom(drawings: VolunteerPaper.drawings.merging([.certificate: Certificate.drawing]) { _, later in later }, files: files, baseURL: baseURL, isContested: RecordsRoom.isContested)
            complaints = ComplaintsRoom(files: files, institutionOf: House.concerned, accused: House.accused)
            let account = AccountRoom(files: files, post: post, reference: reference, institutions: House.institutions)
            all = [
                WebRoom(),
                IdentityRoom(post: post, square: square, arrived: { visitor, person, _, tx in
                    try tx.claim(Draft.self, of: visitor, for: person)
                    try tx.claim(ApplicationDraft.self, of: visitor, for: person)
                }),
                account,
                FilesRoom(maySee: { viewer, visit, subject, reader in
                    if subject.kind == Complaint.subjectKind { return try ComplaintsRoom.maySee(viewer, visit, subject, reader) }
                    if let may = try account.maySee(viewer, subject, reader) { return may }
                    if let may = try PapersRoom.maySee(viewer, subject, reader) { return may }
                    // The rooms that know the subject are asked in turn; the first that lets it be seen is enough.
                    for ask in [NeedsRoom.maySee, CasesRoom.maySee, VolunteersRoom.maySee, RecordsRoom.maySee] where try ask(visit, subject, reader) == true { return true }
                    return false
                }),
                papers,
                VolunteersRoom(files: files, complaint: { ComplaintsRoom.beginning(about: $0) }),
                WorkstationsRoom(post: post),
                NeedsRoom(reference: reference, intake: intake, files: files, slots: slots),
                cases,
                records,
                complaints,
                DemoRoom(),
            ]
        }
    }
}

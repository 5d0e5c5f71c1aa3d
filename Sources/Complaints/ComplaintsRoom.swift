package import Files
package import Jobs
package import Markup
package import Storage
package import Values
package import Web

/// The face of Complaints: filing, the way back by receipt, and the procedure.
package struct ComplaintsRoom: Room {
    private let filing: Filing
    private let desk: ReceiptDesk
    private let procedure: Procedure
    private let worklist = Worklist()

    /// - Parameters:
    ///   - institutionOf: the institution that a thing belongs to, and its region; nil for what belongs to none.
    ///   - accused: whom a complaint about a thing accuses; they never see it.
    package init(
        files: FileStore, terms: Complaint.Terms = Complaint.Terms(),
        institutionOf: @escaping @Sendable (Subject, Reader) throws -> (ID<Organisation>, region: String)?,
        accused: @escaping @Sendable (Subject, Reader) throws -> [ID<Person>]
    ) {
        filing = Filing(files: files, terms: terms, institutionOf: institutionOf, accused: accused)
        desk = ReceiptDesk(terms: terms)
        procedure = Procedure(terms: terms)
    }

    package var migrations: [Migration] { [Complaint.migration, Migration("Complaints", 2, ["create index complaint_message_by on complaint_message (by_person)"])] }

    /// Files a complaint as the page does, for the demonstration; without a person it is anonymous, and its receipt is nobody's.
    package func file(_ kind: Complaint.Kind, _ words: String, about: Subject?, by person: ID<Person>?, in tx: Transaction, now: Instant) throws -> ID<Complaint> {
        try filing.file(Filing.Filed(about: about, kind: kind, words: words, person: person, now: now), [], Receipt(), from: "", in: tx)
    }

    /// Where one begins a complaint about a thing: for the rooms below, as a slot.
    package static func beginning(about subject: Subject) -> Link { Filing.page().with([("kind", subject.kind), ("id", subject.id)]) }

    package func routes(_ routes: inout Routes) {
        let see = Access.needs(Permission<Complaint.Sight, Complaint>.see)
        let handle = Access.needs(Permission<Complaint.Handling, Complaint>.handle)
        let write = Access.needs(Permission<Message, Complaint>.write)
        routes.get(Filing.page, .everyone) { visit, _ in try filing.show(visit) }
        routes.post(Filing.page, .everyone) { visit, _ in try await filing.send(visit) }
        routes.get(Receipt.page, .everyone) { visit, _ in try await desk.show(visit) }
        routes.post(Receipt.page, .everyone) { visit, _ in try await desk.open(visit) }
        routes.post(Receipt.messages, .everyone) { visit, _ in try await desk.write(visit) }
        routes.post(Receipt.departure, .everyone) { visit, _ in try await desk.leave(visit) }
        routes.get(Complaint.list, see) { visit, _ in try await worklist.show(visit) }
        routes.get(Complaint.page, see) { visit, id in try await procedure.show(visit, id) }
        routes.post(Complaint.acceptance, handle) { visit, id in try await procedure.accept(visit, id) }
        routes.post(Complaint.acceptanceUndoing, handle) { visit, id in try await procedure.undoAcceptance(visit, id) }
        routes.post(Complaint.measures, handle) { visit, id in try await procedure.measure(visit, id) }
        routes.post(Complaint.measureUndoing, handle) { visit, which in try await procedure.lift(visit, which.first, which.second.text) }
        routes.post(Complaint.decision, handle) { visit, id in try await procedure.decide(visit, id) }
        routes.post(Complaint.decisionUndoing, handle) { visit, id in try await procedure.undoDecision(visit, id) }
        routes.post(Complaint.reply, handle) { visit, id in try await procedure.reply(visit, id) }
        routes.post(Complaint.messages, write) { visit, id in try await procedure.write(visit, id) }
        routes.post(Complaint.notes, handle) { visit, id in try await procedure.note(visit, id) }
    }

    /// Whether somebody may see the files of a complaint: by their role, as the complainant, or by the receipt.
    package static func maySee(_ viewer: Viewer, _ visit: Visit, _ subject: Subject, _ reader: Reader) throws -> Bool {
        guard subject.kind == Complaint.subjectKind, let id = ID<Complaint>(subject.id) else { return false }
        if let (receipt, _) = Receipt.shown(visit), try reader.complaint(receipt)?.id == id { return true }
        do { _ = try reader.complaint(id, for: viewer) } catch let problem as Problem where problem.status == 404 { return false }
        return true
    }

    package static func timer(_ database: Database) -> Recurrence {
        Recurrence("old counts of complaints", every: .hours(6)) { now in
            try await database.write { tx in try tx.forgetComplaintFloods(now: now) }
        }
    }
}

package import Cases
package import Files
package import Happenings
import Identity
import Jobs
import Languages
package import Markup
import Needs
package import Papers
package import Reference
package import Storage
import Turns
package import Values
package import Web

/// The face of Records: service hours under two keys, disputes, objections, the public export.
package struct RecordsRoom: Room {
    private let reference: Reference
    private let terms: ServiceRecord.Terms
    private let pages: RecordPages
    private let claims: ClaimPages
    private let certificates: CertificatePages
    private let stars: StarPages
    private let carried: CarriedPages
    private let witnesses: WitnessPages
    private let list = RecordList()
    private let export = RecordExport()

    package init(reference: Reference, files: FileStore, terms: ServiceRecord.Terms = .init()) {
        self.reference = reference
        self.terms = terms
        pages = RecordPages(reference: reference, files: files, terms: terms)
        claims = ClaimPages(reference: reference, terms: terms)
        certificates = CertificatePages(reference: reference, terms: terms)
        witnesses = WitnessPages(reference: reference)
        stars = StarPages(reference: reference, terms: terms)
        carried = CarriedPages(reference: reference, files: files, terms: terms)
    }

    package var migrations: [Migration] { [ServiceRecord.migration, VolunteerNumber.migration, Certificate.migration, Star.migration, Self.emptying, Evidence.migration, Claim.migration, Star.Withdrawal.migration] }

    package func routes(_ routes: inout Routes) {
        routes.post(Witness.begun, .needs(Permission<Witness.Owner, Case>.witness)) { visit, id in try await witnesses.begun(visit, id) }
        routes.post(Witness.visit, .needs(Permission<Witness, Case>.visit)) { visit, id in try await witnesses.visited(visit, id) }

        let claim = Access.needs(Permission<Claim, Case>.claim)
        routes.get(ClaimPages.page, claim) { visit, id in try await claims.ask(visit, id) }
        routes.post(ClaimPages.page, claim) { visit, id in try await claims.state(visit, id) }
        routes.post(ClaimPages.solution, claim) { visit, id in try await claims.stateSolution(visit, id) }

        let see = Access.needs(Permission<See, ServiceRecord>.see)
        routes.get(ServiceRecord.list, see) { visit, _ in try await list.show(visit) }
        routes.get(ServiceRecord.page, see) { visit, id in try await pages.show(visit, id) }
        routes.post(ServiceRecord.evidencePage, .needs(Permission<Evidence, ServiceRecord>.attach)) { visit, id in try await pages.attach(visit, id) }
        routes.post(ServiceRecord.withdrawal, .needs(Permission<Evidence, ServiceRecord>.attach)) { visit, id in try await pages.withdraw(visit, id) }
        let confirm = Access.needs(Permission<Confirmation, ServiceRecord>.confirm)
        routes.post(ServiceRecord.confirmation, confirm) { visit, id in try await pages.confirm(visit, id) }
        routes.get(ServiceRecord.dispute, confirm) { visit, id in try await pages.askDispute(visit, id) }
        routes.post(ServiceRecord.dispute, confirm) { visit, id in try await pages.deny(visit, id) }
        routes.post(ServiceRecord.standIn, .needs(Permission<Confirmation.StandIn, ServiceRecord>.standIn)) { visit, id in try await pages.standIn(visit, id) }
        routes.post(ServiceRecord.decision, .needs(Permission<Dispute.Decision, ServiceRecord>.decide)) { visit, id in try await pages.decide(visit, id) }
        routes.post(ServiceRecord.objection, .needs(Permission<Objection, ServiceRecord>.object)) { visit, id in try await pages.object(visit, id) }
        routes.post(ServiceRecord.answer, .needs(Permission<Objection.Answer, ServiceRecord>.answer)) { visit, id in try await pages.answer(visit, id) }

        let ask = Access.needs(Permission<Certificate.Request, Certificate>.request)
        let seeCertificate = Access.needs(Permission<See, Certificate>.see)
        let notice = Access.needs(Permission<Certificate.Notice, Certificate>.notice)
        let check = Access.needs(Permission<Certificate.Check, Certificate>.check)
        routes.get(Certificate.list, seeCertificate) { visit, _ in try await certificates.list(visit) }
        routes.get(Certificate.request, ask) { visit, _ in try await certificates.ask(visit) }
        routes.post(Certificate.request, ask) { visit, _ in try await certificates.request(visit) }
        routes.get(Certificate.notice, notice) { visit, _ in try await certificates.notice(visit) }
        routes.get(Certificate.page, seeCertificate) { visit, id in try await certificates.show(visit, id) }
        routes.post(Certificate.checkPage, check) { visit, id in try await certificates.check(visit, id) }
        routes.post(Certificate.refusalPage, check) { visit, id in try await certificates.refuse(visit, id) }
        routes.post(Certificate.issuePage, .needs(Permission<Certificate.Issue, Certificate>.issue).freshly) { visit, id in try await certificates.issue(visit, id) }
        routes.post(Certificate.objection, notice) { visit, id in try await certificates.object(visit, id) }
        routes.post(Certificate.answer, .needs(Permission<Certificate.Answer, Certificate>.answer)) { visit, id in try await certificates.answer(visit, id) }

        routes.get(Star.list, .needs(Permission<See, Star>.see)) { visit, _ in try await stars.list(visit) }
        routes.post(Star.list, .needs(Permission<Star, Star>.apply)) { visit, _ in try await stars.apply(visit) }
        routes.post(Star.award, .needs(Permission<Star.Award, Star>.award)) { visit, id in try await stars.award(visit, id) }
        let decide = Access.needs(Permission<Carried.Decision, Carried>.decide)
        routes.get(Carried.list, .needs(Permission<See, Carried>.see)) { visit, _ in try await carried.list(visit) }
        routes.post(Carried.list, .needs(Permission<Carried, Carried>.bring)) { visit, _ in try await carried.bring(visit) }
        routes.post(Carried.acceptance, decide) { visit, id in try await carried.accept(visit, id) }
        routes.post(Carried.refusal, decide) { visit, id in try await carried.refuse(visit, id) }

        routes.get(RecordExport.page, .everyone) { visit, _ in try await export.show(visit) }
    }

    // MARK: For the rooms around

    /// Whether an objection to the certificate of this paper waits for its answer.
    package static func isContested(_ paper: Paper, _ reader: Reader) throws -> Bool {
        guard paper.about.kind == Certificate.kind, let id = ID<Certificate>(paper.about.id) else { return false }
        return try reader.objections(to: id).contains { $0.answer == nil }
    }

    /// What stands under each meeting of a case.
    package static let besideMeetings: CasesRoom.BesideMeetings = { visit, it, meetings in try await WitnessPages.beside(visit, it, meetings) }

    /// Whether the files of a record, or of one carried over, may be seen; nil for what is no thing of this room.
    package static func maySee(_ visit: Visit, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        if subject.kind == Carried.kind {
            guard let id = ID<Carried>(subject.id), let found = try reader.carried(id) else { return false }
            return visit.viewer.could(Permission<See, Carried>.see, found)
        }
        guard subject.kind == ServiceRecord.kind else { return nil }
        guard let id = ID<ServiceRecord>(subject.id), let found = try reader.serviceRecord(id) else { return false }
        return visit.viewer.could(Permission<See, ServiceRecord>.see, found)
    }

    /// Where a thing of this room is shown; nil for what is none.
    package static func link(_ subject: Subject) -> Link? {
        switch subject.kind {
        case ServiceRecord.kind, "recordObjection": ID<ServiceRecord>(subject.id).map { ServiceRecord.page($0) }
        case Certificate.kind, "certificateObjection": ID<Certificate>(subject.id).map { Certificate.page($0) }
        case Star.kind: Star.list()
        case Carried.kind: Carried.list()
        default: nil
        }
    }

    /// A meeting that was held becomes a claim.
    package func listeners(_ database: Database, clock: @escaping @Sendable () -> Instant = { .now }) -> [Listener] {
        let (days, terms) = (reference.workingDays, terms)
        return [
            Listener("served", [Meeting.Changed.kind]) { entry in
                guard entry.fields["to"] == "end", let id = entry.fields["meeting"].flatMap({ ID<Meeting>($0) }) else { return }
                let now = clock()
                try await database.write { tx in _ = try tx.stateSession(id, days: days, terms: terms, at: now) }
            }
        ]
    }

    /// Where the owner is silent, the turn passes to the institution; a claim without evidence waits for none after its day.
    package func lapse(_ database: Database, now: Instant) async throws {
        let days = reference.workingDays
        let turns = try await database.read { reader in
            try reader.waiting(scope: "kind = 'record'", .init(permission: Permission<Confirmation, ServiceRecord>.confirm.name, dueBefore: now), limit: 200)
                + reader.waiting(scope: "kind = 'record'", .init(permission: Permission<Evidence, ServiceRecord>.attach.name, dueBefore: now), limit: 200)
        }
        for turn in turns {
            guard let id = ID<ServiceRecord>(turn.subject.id) else { continue }
            try await database.write { tx in
                let record = try tx.lock(id)
                switch record.state {
                case .waiting:
                    let due = days.add(workingDays: 5, to: now).at
                    try tx.give(
                        record.turn(
                            .organisation(record.institution), Permission<Confirmation.StandIn, ServiceRecord>.standIn.name, Words("企业到期没有答复，可以代为确认", "The owner is silent: you may stand in"), due: due, since: now))
                case .unproven: try tx.endTurn(of: record.subject)
                case .disputed, .counted, .refused, .withdrawn: break
                }
            }
        }
    }
}

import Documents
package import Files
package import Jobs
package import Markup
package import Storage
package import Values
package import Web

/// The face of Papers: frozen papers, their check by anybody, the seal, and the institution's ledger.
package struct PapersRoom: Room {
    package let making: Making
    package let office: SealOffice
    private let desk: PaperDesk
    private let verify = Verify()

    /// - Parameters:
    ///   - drawings: how each kind is drawn, given by the rooms that issue it; a drawing reads the claims alone.
    ///   - baseURL: of the site, for the square codes.
    ///   - driver: the place's system for electronic seals, where there is one.
    ///   - isContested: whether an objection to what a paper is about waits for its answer.
    package init(
        drawings: [Paper.Kind: Paper.Drawing] = [:], files: FileStore, baseURL: String, driver: (any SealDriver)? = nil,
        isContested: @escaping @Sendable (Paper, Reader) throws -> Bool = { _, _ in false }
    ) {
        making = Making(files: files, drawings: drawings, baseURL: baseURL)
        office = SealOffice(files: files, driver: driver)
        desk = PaperDesk(hasDriver: driver != nil, isContested: isContested)
    }

    package var migrations: [Migration] { [Paper.migration, PaperKey.migration, Sealing.migration] + Ledger.migrations }

    package func routes(_ routes: inout Routes) {
        // The ledger, for anybody with any tool
        Ledger.routes(&routes)
        // What anybody may check
        routes.get(Verify.page, .everyone) { visit, _ in try await verify.show(visit) }
        routes.post(Verify.page, .everyone) { visit, _ in try await verify.check(visit) }
        routes.get(Verify.file, .everyone) { visit, _ in try await verify.show(visit) }
        routes.post(Verify.file, .everyone) { visit, _ in try await verify.checkFile(visit) }
        routes.get(Verify.code, .everyone) { visit, code in try await verify.show(visit, code: code.text) }
        // A paper
        let see = Access.needs(Permission<Paper.Sight, Paper>.see)
        let revoke = Access.needs(Permission<Paper.Revocation, Paper>.revoke)
        routes.get(Paper.list, see) { visit, _ in try await PaperList().show(visit) }
        routes.get(Paper.page, see) { visit, id in try await desk.show(visit, id) }
        routes.get(Paper.file, see) { visit, id in try await desk.file(visit, id) }
        routes.get(PaperDesk.revocation, revoke) { visit, id in try await desk.showRevocation(visit, id) }
        routes.post(PaperDesk.revocation, revoke.freshly) { visit, id in try await desk.revoke(visit, id) }
        routes.get(PaperDesk.suspension, revoke) { visit, id in try await desk.showSuspension(visit, id) }
        routes.post(PaperDesk.suspension, revoke) { visit, id in try await desk.suspend(visit, id) }
        routes.post(PaperDesk.lifting, revoke) { visit, id in try await desk.lift(visit, id) }
        // The seal
        routes.get(Sealing.register, .needs(Permission<Sealing.Sight, Sealing>.see)) { visit, _ in try await office.showRegister(visit) }
        routes.get(Sealing.page, .needs(Permission<Sealing.Sight, Sealing>.see)) { visit, id in try await office.show(visit, id) }
        routes.post(Sealing.applying, .needs(Permission<Sealing.Application, Paper>.applyForSeal)) { visit, id in try await office.apply(visit, id) }
        routes.post(Sealing.approval, .needs(Permission<Sealing.Approval, Sealing>.approveSeal).freshly) { visit, id in try await office.approve(visit, id) }
        routes.post(Sealing.refusal, .needs(Permission<Sealing.Approval, Sealing>.approveSeal)) { visit, id in try await office.refuse(visit, id) }
        routes.post(Sealing.stamp, .needs(Permission<Sealing, Sealing>.seal)) { visit, id in try await office.stamp(visit, id) }
    }

    /// Makes the PDFs, and asks for electronic seals.
    package func workers(_ database: Database) -> [Worker] { [making.worker(database), office.worker(database)] }

    package static func timer(_ database: Database) -> Recurrence {
        Recurrence("old counts of checks", every: .hours(6)) { now in try await database.write { tx in try tx.forgetPaperTries(now: now) } }
    }

    /// Whether somebody may see the files of a paper: the PDF, and the sealed document. Nil for another subject.
    package static func maySee(_ viewer: Viewer, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        guard subject.kind == Paper.subjectKind, let id = ID<Paper>(subject.id) else { return nil }
        guard let paper = try reader.paper(id) else { return false }
        return !paper.isHolderErased && viewer.covers(Permission<Paper.Sight, Paper>.see.grants, paper.reach)
    }

    /// Where a subject of this room is shown.
    package static func link(_ subject: Subject) -> Link? {
        switch subject.kind {
        case Paper.subjectKind: ID<Paper>(subject.id).map { Paper.page($0) }
        case Sealing.subjectKind: ID<Sealing>(subject.id).map { Sealing.page($0) }
        default: nil
        }
    }
}

package import Files
package import Messaging
package import Markup
package import Reference
package import Storage
package import Values
package import Web

/// The second face of Identity: one's own account, who speaks for a company, who designates, who works here.
/// Its tables come with `IdentityRoom`'s.
package struct AccountRoom: Room {
    private let account: OwnAccount
    private let sessions = OwnSessions()
    private let consents = OwnConsents()
    private let mobile: MobileChange
    private let speakers: SpeakerDesk
    private let designations: DesignationDesk
    private let staff: StaffRole
    private let unmasking: Unmasking

    package init(files: FileStore, post: Post, reference: Reference = .bundled,
        institutions: @escaping @Sendable (ID<Person>, Reader) throws -> [ID<Organisation>] = { _, _ in [] }
    ) {
        unmasking = Unmasking(institutions: institutions)
        designations = DesignationDesk(reference: reference)
        account = OwnAccount(post: post)
        mobile = MobileChange(post: post)
        speakers = SpeakerDesk(files: files)
        staff = StaffRole(post: post)
    }

    package func routes(_ routes: inout Routes) {
        routes.get(OwnAccount.page, .signedIn) { visit, _ in try await account.show(visit) }
        routes.post(OwnAccount.page, .signedIn.freshly) { visit, _ in try await account.save(visit) }
        routes.get(OwnSessions.page, .signedIn) { visit, _ in try await sessions.show(visit) }
        routes.post(OwnSessions.end, .signedIn) { visit, _ in try await sessions.end(visit) }
        routes.get(OwnConsents.page, .signedIn) { visit, _ in try await consents.show(visit) }
        routes.post(OwnConsents.giving, .signedIn) { visit, purpose in try await consents.give(visit, purpose) }
        routes.post(OwnConsents.withdrawal, .signedIn) { visit, purpose in try await consents.withdraw(visit, purpose) }
        routes.get(MobileChange.page, .signedIn) { visit, _ in try await mobile.show(visit) }
        routes.post(MobileChange.page, .signedIn) { visit, _ in try await mobile.begin(visit) }
        routes.get(MobileChange.old, .signedIn) { visit, id in try await mobile.showOld(visit, id) }
        routes.post(MobileChange.old, .signedIn) { visit, id in try await mobile.proveOld(visit, id) }
        routes.get(MobileChange.new, .signedIn) { visit, id in try await mobile.showNew(visit, id) }
        routes.post(MobileChange.new, .signedIn.freshly) { visit, id in try await mobile.finish(visit, id) }

        routes.get(Speaker.list, .needs(Permission<SpeakerDesk, Speaker>.seeSpeakers)) { visit, _ in try await speakers.list(visit) }
        routes.get(Speaker.page, .signedIn) { visit, id in try await speakers.show(visit, id) }
        routes.post(Speaker.licence, .signedIn) { visit, id in try await speakers.addLicence(visit, id) }
        routes.post(Speaker.confirmation, .needs(Permission<SpeakerConfirmation, Speaker>.confirmSpeaker)) { visit, id in try await speakers.confirm(visit, id) }
        routes.post(Speaker.refusal, .signedIn) { visit, id in try await speakers.refuse(visit, id) }
        routes.get(Speaker.approval, .needs(Permission<SpeakerApproval, Speaker>.approveSpeaker)) { visit, id in try await speakers.showApproval(visit, id) }
        routes.post(Speaker.approval, .needs(Permission<SpeakerApproval, Speaker>.approveSpeaker)) { visit, id in try await speakers.approve(visit, id) }
        routes.post(Speaker.departure, .signedIn) { visit, id in try await speakers.leave(visit, id) }
        routes.post(Speaker.comingBack, .signedIn) { visit, id in try await speakers.comeBack(visit, id) }

        let designate = Access.needs(Permission<Designation, OrganisationEntry>.designate)
        let seeInstitutions = Access.needs(Permission<DesignationDesk, OrganisationEntry>.seeInstitutions)
        routes.get(DesignationDesk.list, seeInstitutions) { visit, _ in try await designations.list(visit) }
        routes.post(DesignationDesk.list, designate) { visit, _ in try await designations.make(visit) }
        routes.get(DesignationDesk.new, designate) { visit, _ in try await designations.showNew(visit) }
        routes.get(DesignationDesk.page, seeInstitutions) { visit, id in try await designations.show(visit, id) }
        routes.post(DesignationDesk.term, designate) { visit, id in try await designations.renew(visit, id) }
        routes.get(DesignationDesk.revocation, designate) { visit, id in try await designations.showRevocation(visit, id) }
        routes.post(DesignationDesk.revocation, designate) { visit, id in try await designations.revoke(visit, id) }

        let unmask = Access.needs(Permission<Unmasking, Unmasking.Tied>.unmask)
        routes.get(Unmasking.page, unmask) { visit, person in try await unmasking.show(visit, person) }
        routes.post(Unmasking.page, unmask.freshly) { visit, person in try await unmasking.look(visit, person) }

        let manage = Access.needs(Permission<StaffRole, OrganisationEntry>.manageStaff)
        let see = Access.needs(Permission<StaffReading, OrganisationEntry>.seeStaff)
        routes.get(StaffRole.list, see) { visit, _ in try await staff.list(visit) }
        routes.post(StaffRole.list, manage.freshly) { visit, _ in try await staff.invite(visit) }
        routes.get(StaffRole.new, manage) { visit, _ in try await staff.showNew(visit) }
        routes.get(StaffRole.page, see) { visit, id in try await staff.show(visit, id) }
        routes.post(StaffRole.sessions, manage) { visit, id in try await staff.endSessions(visit, id) }
        routes.post(StaffRole.reset, manage.freshly) { visit, id in try await staff.makeReset(visit, id) }
        routes.post(FactorReset.asking, manage.freshly) { visit, id in try await staff.askFactorReset(visit, id) }
        routes.post(FactorReset.approval, manage.freshly) { visit, id in try await staff.approveFactorReset(visit, id) }
        routes.post(FactorReset.refusal, manage) { visit, id in try await staff.refuseFactorReset(visit, id) }
        routes.get(FactorReset.own, .signedIn) { visit, _ in try await FactorReset.showOwn(visit) }
        routes.post(FactorReset.own, .signedIn) { visit, _ in try await FactorReset.stop(visit) }
        routes.post(StaffRole.ending, manage.freshly) { visit, path in try await staff.end(visit, path) }
        routes.post(StaffRole.comingBack, manage.freshly) { visit, path in try await staff.restore(visit, path) }
    }

    /// For the permission of files and turns: whether a viewer may see a thing of this room; nil for other kinds.
    package func maySee(_ viewer: Viewer, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        guard subject.kind == "speaker" else { return nil }
        return try ID<Speaker>(subject.id).map { try Speaker.maySee(viewer, $0, reader) } ?? false
    }

    /// Where a thing of this room is shown.
    package static func link(_ subject: Subject) -> Link? { subject.kind == "speaker" ? ID<Speaker>(subject.id).map { Speaker.page($0) } : nil }
}

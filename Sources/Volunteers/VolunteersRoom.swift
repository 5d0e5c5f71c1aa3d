package import Files
import Identity
import Languages
package import Markup
package import Storage
package import Values
package import Web

/// The face of Volunteers: experts from their application to the end of their appointment, the directory, the duty roster.
package struct VolunteersRoom: Room {
    private let drafts: ApplicationDraftPages
    private let invitations: PersonalInvitationPages
    private let applications: ApplicationPages

    /// - Parameter complaint: where one complains about a thing, from the room that takes complaints.
    package init(files: FileStore, complaint: @escaping @Sendable (Subject) -> Link = { _ in Link(path: "/complaints/new") }) {
        drafts = ApplicationDraftPages(files: files)
        invitations = PersonalInvitationPages(drafts: drafts)
        applications = ApplicationPages(complaint: complaint)
    }

    package var migrations: [Migration] {
        Expert.migrations + [
            Duty.migration, Recruitment.migration, Application.migration, ApplicationDraft.migration, IdentityDocument.migration, AgreementTemplate.migration,
            ServiceAgreement.migration, Term.migration, Team.migration, Policy.migration,
        ]
    }

    package func routes(_ routes: inout Routes) {
        // What anybody may see
        routes.get(Expert.directory, .everyone) { visit, _ in try await Directory.show(visit) }
        routes.get(Expert.page, .everyone) { visit, person in try await Expert.showPage(visit, person) }
        // Calls, applications, invitations
        let publish = Access.needs(Permission<Recruitment, Recruitment>.publish)
        let invite = Access.needs(Permission<PersonalInvitation, Recruitment>.invite)
        routes.get(Recruitment.list, .everyone) { visit, _ in try await Recruitment.showList(visit) }
        routes.get(Recruitment.page, .everyone) { visit, id in try await Recruitment.showPage(visit, id) }
        routes.get(Recruitment.new, publish) { visit, _ in try Recruitment.showNew(visit) }
        routes.post(Recruitment.new, publish) { visit, _ in try await Recruitment.publish(visit) }
        routes.get(Recruitment.closing, publish) { visit, id in try await Recruitment.showClosing(visit, id) }
        routes.post(Recruitment.closing, publish) { visit, id in try await Recruitment.close(visit, id) }
        routes.get(Recruitment.application, .everyone) { visit, id in try await drafts.start(visit, id) }
        routes.get(PersonalInvitation.new, invite) { visit, _ in try invitations.showNew(visit) }
        routes.post(PersonalInvitation.new, invite) { visit, _ in try await invitations.send(visit) }
        routes.get(PersonalInvitation.page, .signedIn) { visit, id in try await invitations.show(visit, id) }
        routes.post(PersonalInvitation.acceptance, .signedIn) { visit, id in try await invitations.accept(visit, id) }
        routes.get(ApplicationDraft.page, .everyone) { visit, id in try await drafts.show(visit, id) }
        routes.post(ApplicationDraft.page, .everyone) { visit, id in try await drafts.send(visit, id) }
        routes.post(ApplicationDraft.text, .everyone) { visit, id in try await drafts.keepText(visit, id) }
        routes.post(ApplicationDraft.file, .everyone) { visit, ids in try await drafts.removeFile(visit, ids) }
        routes.post(ApplicationDraft.removal, .everyone) { visit, id in try await drafts.remove(visit, id) }
        routes.get(ApplicationDraft.confirmation, .signedIn) { visit, id in try await drafts.confirm(visit, id) }
        routes.post(ApplicationDraft.confirmation, .signedIn) { visit, id in try await drafts.finish(visit, id) }
        // The vetting list: review by the officer, selection by the head
        routes.get(Application.list, .needs(Permission<Application, Application>.list)) { visit, _ in try await Vetting.show(visit) }
        routes.get(Application.page, .needs(Permission<Application, Application>.see)) { visit, id in try await applications.show(visit, id) }
        routes.post(Application.review, .needs(Permission<Application.Review, Application>.review)) { visit, id in try await applications.review(visit, id) }
        routes.post(Application.selection, .needs(Permission<Application.Selection, Application>.select).freshly) { visit, id in try await applications.select(visit, id) }
        routes.post(Application.withdrawal, .needs(Permission<Application, Application>.withdraw)) { visit, id in try await applications.withdraw(visit, id) }
        // The service agreement: signed by the expert, then by the head
        routes.get(ServiceAgreement.page, .needs(Permission<ServiceAgreement, ServiceAgreement>.see)) { visit, id in try await ServiceAgreement.show(visit, id) }
        routes.post(ServiceAgreement.expertSignature, .needs(Permission<ServiceAgreement, ServiceAgreement>.sign).freshly) { visit, id in try await ServiceAgreement.signAsExpert(visit, id) }
        routes.post(ServiceAgreement.institutionSignature, .needs(Permission<ServiceAgreement.Signature, ServiceAgreement>.countersign).freshly) { visit, id in try await ServiceAgreement.signAsInstitution(visit, id) }
        routes.get(ServiceAgreement.offer, .needs(Permission<ServiceAgreement, Expert>.offerAgreement)) { visit, person in try await ServiceAgreement.showOffer(visit, person) }
        routes.post(ServiceAgreement.offer, .needs(Permission<ServiceAgreement, Expert>.offerAgreement)) { visit, person in try await ServiceAgreement.offer(visit, person) }
        routes.get(ServiceAgreement.template, .needs(Permission<AgreementTemplate, Expert>.setTemplate)) { visit, _ in try await ServiceAgreement.showTemplate(visit) }
        routes.post(ServiceAgreement.template, .needs(Permission<AgreementTemplate, Expert>.setTemplate)) { visit, _ in try await ServiceAgreement.setTemplate(visit) }
        // What experts set themselves
        routes.get(Availability.page, .needs(Permission<Availability, Expert>.setAvailability)) { visit, person in try await Availability.show(visit, person) }
        routes.post(Availability.page, .needs(Permission<Availability, Expert>.setAvailability)) { visit, person in try await Availability.set(visit, person) }
        routes.post(Availability.biography, .needs(Permission<Availability, Expert>.setAvailability)) { visit, person in try await Availability.setBiography(visit, person) }
        routes.post(Pause.place, .needs(Permission<Pause, Expert>.pause)) { visit, person in try await Pause.begin(visit, person) }
        routes.post(Pause.resumption, .needs(Permission<Pause, Expert>.pause)) { visit, person in try await Pause.end(visit, person) }
        // The institution's list
        routes.get(Roster.page, .needs(Permission<Roster, Expert>.see)) { visit, _ in try await Roster.show(visit) }
        routes.get(Expert.staffPage, .needs(Permission<Roster, Expert>.see)) { visit, person in try await Expert.showStaffPage(visit, person) }
        routes.get(Expert.new, .needs(Permission<ExpertEntry, Expert>.enter)) { visit, _ in try await ExpertEntry.showNew(visit) }
        routes.post(Expert.new, .needs(Permission<ExpertEntry, Expert>.enter)) { visit, _ in try await ExpertEntry.enter(visit) }
        routes.get(Expert.correction, .needs(Permission<ExpertEntry, Expert>.correct)) { visit, person in try await ExpertEntry.showCorrection(visit, person) }
        routes.post(Expert.correction, .needs(Permission<ExpertEntry, Expert>.correct)) { visit, person in try await ExpertEntry.correct(visit, person) }
        routes.get(Expert.appointing, .needs(Permission<Appointment, Expert>.appoint)) { visit, person in try await Appointment.show(visit, person) }
        routes.post(Expert.appointing, .needs(Permission<Appointment, Expert>.appoint).freshly) { visit, person in try await Appointment.appoint(visit, person) }
        routes.get(Expert.ending, .needs(Permission<Appointment.Ending, Expert>.endAppointment)) { visit, person in try await Appointment.showEnding(visit, person) }
        routes.post(Expert.ending, .needs(Permission<Appointment.Ending, Expert>.endAppointment).freshly) { visit, person in try await Appointment.end(visit, person) }
        routes.get(Resignation.page, .needs(Permission<Resignation, Expert>.resign)) { visit, person in try await Resignation.show(visit, person) }
        routes.post(Resignation.page, .needs(Permission<Resignation, Expert>.resign).freshly) { visit, person in try await Resignation.resign(visit, person) }
        // Insurance and training
        let insure = Access.needs(Permission<Policy, Policy>.insure)
        routes.get(Policy.list, .needs(Permission<Policy, Policy>.see)) { visit, _ in try await Policy.showList(visit) }
        routes.post(Policy.list, insure) { visit, _ in try await Policy.take(visit) }
        routes.get(Policy.page, .needs(Permission<Policy, Policy>.see)) { visit, id in try await Policy.showPage(visit, id) }
        routes.post(Policy.people, insure) { visit, id in try await Policy.insure(visit, id) }
        routes.post(Policy.training, .needs(Permission<Policy, Expert>.train)) { visit, person in try await Policy.train(visit, person) }
        // The team
        routes.get(Team.page, .everyone) { visit, id in try await Team.show(visit, id) }
        routes.get(Team.setting, .needs(Permission<Team, Expert>.setTeam)) { visit, _ in try await Team.showSetting(visit) }
        routes.post(Team.setting, .needs(Permission<Team, Expert>.setTeam)) { visit, _ in try await Team.set(visit) }
        // Who is on duty
        routes.get(Duty.page, .needs(Permission<DutyReading, DutyRoster>.seeDuty)) { visit, _ in try await Duty.show(visit) }
        routes.post(Duty.page, .needs(Permission<Duty, DutyRoster>.setDuty)) { visit, _ in try await Duty.save(visit) }
    }

    /// Whether this viewer may know of the expert beyond what is public: themselves, and staff who see them.
    package static func may(_ viewer: Viewer, see id: ID<Person>, in reader: Reader) throws -> Bool {
        guard let expert = try reader.expert(id) else { return false }
        return viewer.person == id || viewer.could(Permission<Roster, Expert>.see, expert)
    }

    /// Who may see the files of an application, or of its draft; nil for another room's subject.
    package static func maySee(_ visit: Visit, _ subject: Subject, _ reader: Reader) throws -> Bool? {
        switch subject.kind {
        case "application":
            guard let id = ID<Application>(subject.id), let found = try reader.application(id) else { return false }
            return visit.viewer.could(Permission<Application, Application>.see, found)
        case ApplicationDraft.subjectKind:
            guard let id = ID<ApplicationDraft>(subject.id), let draft = try reader.draft(id) else { return false }
            return draft.belongs(to: visit.writer)
        default: return nil
        }
    }

    /// Where a subject of this room is shown; nil for another room's.
    package static func link(_ subject: Subject) -> Link? {
        switch subject.kind {
        case "expert": ID<Person>(subject.id).map { Expert.staffPage($0) }
        case "application": ID<Application>(subject.id).map { Application.page($0) }
        case "agreement": ID<ServiceAgreement>(subject.id).map { ServiceAgreement.page($0) }
        case "recruitment": ID<Recruitment>(subject.id).map { Recruitment.page($0) }
        case "personalInvitation": ID<PersonalInvitation>(subject.id).map { PersonalInvitation.page($0) }
        default: nil
        }
    }
}

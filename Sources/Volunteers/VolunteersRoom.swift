import Languages
import Identity
package import Markup
package import Storage
package import Values
package import Web

/// The face of Volunteers: experts from their entry to the end of their appointment, the directory, the duty roster.
package struct VolunteersRoom: Room {
    package init() {}

    package var migrations: [Migration] { Expert.migrations + [Duty.migration] }

    package func routes(_ routes: inout Routes) {
        // What anybody may see
        routes.get(Expert.directory, .everyone) { visit, _ in try await Directory.show(visit) }
        routes.get(Expert.page, .everyone) { visit, person in try await Expert.showPage(visit, person) }
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
        // Who is on duty
        routes.get(Duty.page, .needs(Permission<DutyReading, DutyRoster>.seeDuty)) { visit, _ in try await Duty.show(visit) }
        routes.post(Duty.page, .needs(Permission<Duty, DutyRoster>.setDuty)) { visit, _ in try await Duty.save(visit) }
    }

    /// Whether this viewer may know of the expert beyond what is public: themselves, and staff who see them.
    package static func may(_ viewer: Viewer, see id: ID<Person>, in reader: Reader) throws -> Bool {
        guard let expert = try reader.expert(id) else { return false }
        return viewer.person == id || viewer.could(Permission<Roster, Expert>.see, expert)
    }

    /// Where a subject of this room is shown.
    package static func link(_ subject: Subject) -> Link? {
        subject.kind == "expert" ? ID<Person>(subject.id).map { Expert.staffPage($0) } : nil
    }
}

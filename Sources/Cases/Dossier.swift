import Files
import Happenings
import Identity
import Needs
import Storage
import Turns
import Values
import Volunteers
import Web

/// All that a case's page shows (案卷), read at once.
struct Dossier: Sendable {
    let it: Case
    let need: Need
    let turn: Turn?
    /// What is open in a case that is served.
    let owed: Case.Owed?
    let names: [ID<Person>: String]
    let messages: [Message]
    /// Empty for whoever may not see them.
    let notes: [Note]
    let files: [StoredFile]
    let meetings: [Meeting]
    /// A meeting at a distance for which the expert lacks what a visit would want: it may be held, and they are warned (clause 4.1c).
    let uncovered: (meeting: ID<Meeting>, lacks: Readiness)?
    let solutions: [Solution]
    let changes: [Change]
    let expert: Expert?
    let institution: OrganisationEntry?
    let company: Enterprise?
    let followUp: FollowUp?
    let hasDeclared: Bool
    let happenings: [HappeningEntry]
}

extension Reader {
    /// Not found for whoever may not see the case.
    func dossier(_ id: ID<Case>, for viewer: Viewer, at now: Instant) throws -> Dossier {
        guard let it = try serviceCase(id), viewer.could(Permission<See, Case>.see, it), let need = try need(it.need) else { throw Problem.notFound }
        let messages = try messages(of: id, limit: 300)
        let notes = viewer.could(.readNotes, it) ? try notes(of: id, limit: 100) : []
        let changes = try changes(of: id)
        let people = messages.map(\.by) + notes.map(\.by) + changes.map(\.expert) + [it.asker] + [it.expert].compactMap { $0 }
        let meetings = try meetings(of: id)
        return Dossier(
            it: it, need: need, turn: try turn(of: it.subject), owed: it.state == .running ? try owed(in: it, now: now) : nil, names: try names(of: people), messages: messages, notes: notes,
            files: try files(of: it.subject, limit: 200) + files(of: need.subject, limit: 50), meetings: meetings, uncovered: try uncovered(meetings, it), solutions: try solutions(of: id),
            changes: changes, expert: try it.expert.flatMap { try expert($0) }, institution: try organisation(it.institution),
            company: try need.enterprise.flatMap { try enterprise($0) }, followUp: try followUp(of: id), hasDeclared: try hasDeclared(id),
            happenings: try happenings(of: it.subject))
    }

    private func uncovered(_ meetings: [Meeting], _ it: Case) throws -> (meeting: ID<Meeting>, lacks: Readiness)? {
        guard let expert = it.expert, let next = meetings.first(where: { $0.way != .onSite && $0.agreedDay != nil }), let day = next.agreedDay else { return nil }
        let readiness = try readiness(of: expert, on: day, for: it.domain)
        return readiness.isReady ? nil : (next.id, readiness)
    }
}

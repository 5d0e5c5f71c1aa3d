import Cases
import Complaints
import Files
import Happenings
import Home
import Identity
import Jobs
import Languages
import Logging
import Markup
import Messaging
import Needs
import Papers
import Records
import Storage
import Values
import Volunteers
import Web

extension House {
    /// Jobs and timers of all rooms.
    func workshop(log: Logger, auditFolder: String, erasures: ErasureList? = nil) -> Workshop {
        let (database, files, ladder, records, holdings, reminder) = (site.database, files, rooms.cases.ladder, rooms.records, rooms.holdings, reminder)
        let contact: @Sendable (ID<Person>, Reader) throws -> Contact? = { person, reader in
            try reader.profile(person).map { Contact(mobile: $0.mobile?.open("to send a notice"), mail: $0.mail, language: $0.language) }
        }
        let digest = Digest(post: post, database: database, baseURL: site.settings.baseURL, minute: digestMinute, contact: contact)
        return Workshop(
            database: database,
            workers: Listeners.workers(rooms.cases.listeners(database) + records.listeners(database), database: database) + rooms.papers.workers(database)
                + [
                    post.worker(database: database, baseURL: site.settings.baseURL, waits: Reminder.waits, contact: contact),
                    digest.worker,
                    DataExport.worker(database, holdings),
                    // The disk forgets what the tables have forgotten.
                    Worker(Erasure.job) { _ in
                        // First the list that a restored backup is told: a machine may be lost at any moment.
                        try await erasures?.complete(from: database)
                        for table in ["person", Ledger.openings] as [StaticString] { try await database.scrub(table) }
                    },
                ],
            timers: (erasures.map { [$0.timer(database)] } ?? []) + [
                Seal.timer(database),
                Erasure.retention(database, holdings),
                SignedHead.timer(database, folder: auditFolder),
                digest.timer,
                files.sweep(database),
                Ledger.timer(database, site: site.settings.baseURL),
                ComplaintsRoom.timer(database),
                PapersRoom.timer(database),
                Recurrence("lapsed offers", every: .seconds(30)) { now in try await ladder.lapse(database, now: now) },
                Recurrence("silent owners", every: .minutes(10)) { now in try await records.lapse(database, now: now) },
                Recurrence("match again", every: .hours(1)) { now in try await ladder.matchAgain(database, now: now) },
                Recurrence("overdue cases", every: .hours(1)) { now in try await ladder.settleOverdue(database, now: now) },
                Recurrence("overdue turns", every: .minutes(1)) { now in try await database.write { tx in try reminder.remind(in: tx, now: now) } },
                Recurrence("terms of appointment", every: .hours(1)) { now in
                    try await database.write { tx in
                        try tx.expireAppointments(now: now)
                        try tx.remindOfTerms(now: now)
                    }
                },
                Recurrence("old drafts", every: .hours(24)) { now in
                    try await database.write { tx in
                        try tx.eraseUnclaimed(Draft.self, before: now - .days(30))
                        try tx.eraseUnclaimed(ApplicationDraft.self, before: now - .days(30))
                    }
                },
                HeldForm.timer(database, folder: site.folder),
                Recurrence("old form keys", every: .hours(6)) { now in
                    try await database.write { tx in try Visit.forgetOldKeys(before: now - .days(7), in: tx) }
                },
            ], log: log)
    }
}

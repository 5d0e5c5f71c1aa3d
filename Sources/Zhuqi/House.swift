import Cases
import Complaints
import Demo
import Files
import Foundation
import Happenings
import Holdings
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
import Reference
import Storage
import Turns
import Values
import Volunteers
import Web
import Workstations

/// The one list of rooms, and the one place of wiring.
struct House {
    let site: Site
    let routes: Routes
    let reference: Reference
    let intake: Intake
    let complaints: ComplaintsRoom
    private let rooms: Rooms
    private let post: Post
    let files: FileStore
    /// Minutes after midnight at which the day's news is sent.
    private let digestMinute: Int

    init(reference: Reference, site: Site, post: Post, digestMinute: Int = 8 * 60, terms: ServiceRecord.Terms = .init()) throws {
        self.digestMinute = digestMinute
        let files = FileStore(folder: site.folder)
        let rooms = Rooms(reference: reference, post: post, files: files, baseURL: site.settings.baseURL, terms: terms)
        var routes = Routes()
        for room in rooms.all { room.routes(&routes) }
        // Home shows an organisation's turns to whoever holds their permission, so it is told all permissions of the house.
        let permissions = routes.all.compactMap { route in if case .permission(let entry) = route.access.door { entry } else { nil } } + House.turnPermissions
        HomeRoom(reference: reference, permissions: permissions, holdings: rooms.holdings, obstacles: House.obstacles, link: House.link).routes(&routes)

        let (database, clock) = (site.database, site.clock)
        var site = site
        site.slots.viewer = Session.viewer
        site.slots.seen = { hash in try await Session.keep(hash, in: database, now: clock()) }
        let proof = FreshProof(post: post)
        site.slots.freshProof = FreshProof.page()
        site.slots.prove = { visit, held in try await proof.prove(visit, held) }
        site.slots.navigation = HomeRoom.navigation
        site.slots.counts = { viewer, now, reader in try HomeRoom.counts(permissions, viewer, now, reader) }
        site.slots.operatorFacts = { try HomeRoom.operatorFacts($0, reference.regions) }
        site.slots.link = House.link
        site.slots.complaint = Complaint.beginning
        site.slots.denied = { visit, permission in
            try await visit.write { tx in
                try tx.record(
                    Denied(subject: Subject(kind: "path", id: visit.path), fields: ["permission": permission]), by: visit.viewer.person.map(Party.person) ?? .system, at: visit.now,
                    from: visit.address, outcome: .denied)
            }
        }
        self.site = site
        self.routes = routes
        self.reference = reference
        self.rooms = rooms
        self.post = post
        self.files = files
        intake = rooms.intake
        complaints = rooms.complaints
    }

    /// The rooms, lower ones first: a table may refer to the key of a lower room's.
    private struct Rooms {
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
                    try tx.claimDrafts(visitor: visitor, for: person)
                    try tx.claimApplicationDrafts(visitor: visitor, for: person)
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

    /// What all rooms keep about a person, in the order in which erasing goes: first what is found by something else of theirs.
    var holdings: [Holding] { rooms.holdings }

    /// The institutions that have to do with a person: of which they are an expert, which they asked, where they speak for a company.
    private static let institutions: @Sendable (ID<Person>, Reader) throws -> [ID<Organisation>] = { person, reader in
        try [reader.expert(person)?.institution].compactMap { $0 } + reader.institutions(askedBy: person) + reader.institutions(confirming: person)
    }

    /// What has to end before somebody can have themselves erased: their turns, what is open of theirs, their offices.
    private static let obstacles: @Sendable (ID<Person>, Instant, Reader) throws -> [(Words, Link)] = { person, now, reader in
        let turns = try reader.turns(person: person, answering: [], begunBy: now + .days(3650)).map { turn in (turn.what, House.link(turn.subject) ?? Link(path: "/start")) }
        let needs = try reader.openNeeds(askedBy: person).map { need in (Words("需求\(need.number)还没了结", "Need \(need.number) is still open"), Need.page(need.id)) }
        let cases = try reader.openCases(with: person).map { one in (Words("案例\(one.number)还没了结", "Case \(one.number) is still open"), Case.page(one.id)) }
        let offices = try reader.offices(of: person, now: now).map { role in
            (Words("您还是\(role.words.chinese)，请先由机构结束这个身份", "You are still \(role.words.english); the institution ends this role first"), Link(path: "/account"))
        }
        // What others are still looking into would go on about nobody.
        let applications = try reader.openApplications(of: person).map { (Words("报名还没有结果，可以撤回", "An application is not decided yet; you can withdraw it"), Application.page($0)) }
        let certificates = try reader.openCertificates(of: person).map { (Words("申请的证明还没有办好", "A certificate that you asked for is not ready yet"), Certificate.page($0)) }
        return turns + needs + cases + offices + applications + certificates
    }

    /// The institution that a complaint about a thing goes to, and its region.
    private static let concerned: @Sendable (Subject, Reader) throws -> (ID<Organisation>, region: String)? = { subject, reader in
        switch subject.kind {
        case "case": try ID<Case>(subject.id).flatMap { try reader.serviceCase($0) }.map { ($0.institution, $0.region) }
        case "need": try ID<Need>(subject.id).flatMap { try reader.need($0) }.map { ($0.institution, $0.region) }
        case "offer": try ID<Offer>(subject.id).flatMap { try reader.offer($0) }.map { ($0.institution, $0.region) }
        case "application": try ID<Application>(subject.id).flatMap { try reader.application($0) }.map { ($0.institution, $0.region) }
        case "record": try ID<ServiceRecord>(subject.id).flatMap { try reader.serviceRecord($0) }.map { ($0.institution, $0.region) }
        case "expert", "person":
            try ID<Person>(subject.id).flatMap { try reader.expert($0) }.flatMap { try reader.organisation($0.institution) }.map { ($0.id, $0.region) }
        case "institution", "organisation", "workstation":
            try ID<Organisation>(subject.id).flatMap { try reader.organisation($0) }.map { ($0.id, $0.region) }
        default: nil
        }
    }

    /// Whom a complaint about a thing accuses: they never see it.
    private static let accused: @Sendable (Subject, Reader) throws -> [ID<Person>] = { subject, reader in
        switch subject.kind {
        // Whoever serves in it or served before: the complaint may be about either.
        case "case": try ID<Case>(subject.id).map { try reader.experts(of: $0) } ?? []
        case "need": try ID<Need>(subject.id).flatMap { try reader.serviceCase(of: $0) }.map { try reader.experts(of: $0.id) } ?? []
        case "offer": try ID<Offer>(subject.id).flatMap { try reader.offer($0)?.expert }.map { [$0] } ?? []
        case "application": try ID<Application>(subject.id).flatMap { try reader.application($0) }?.deciders ?? []
        case "record": try ID<ServiceRecord>(subject.id).flatMap { try reader.serviceRecord($0) }.map { [$0.expert] + [$0.confirmation?.by].compactMap { $0 } } ?? []
        case "expert", "person": ID<Person>(subject.id).map { [$0] } ?? []
        case "institution", "organisation": try ID<Organisation>(subject.id).map { try reader.members(of: $0, role: Role.head.name, now: .now) } ?? []
        case "workstation": try ID<Organisation>(subject.id).map { try reader.members(of: $0, role: Role.liaison.name, now: .now) } ?? []
        default: []
        }
    }

    /// Permissions that turns name and no route declares alone.
    private static let turnPermissions: [PermissionEntry] = [Permission<Propose, Need>.propose.entry, Permission<Review, Case>.review.entry]

    /// The one table that turns a subject into its link.
    static let link: @Sendable (Subject) -> Link? = { subject in
        switch subject.kind {
        case "need": ID<Need>(subject.id).map { Need.page($0) }
        case "offer": ID<Offer>(subject.id).map { Offer.page($0) }
        case "case", "declaration", "followUp": ID<Case>(subject.id).map { Case.page($0) }
        case "record", "recordObjection", "certificate", "certificateObjection", "star", "carried": RecordsRoom.link(subject)
        case "expert", "application", "agreement", "recruitment", "personalInvitation": VolunteersRoom.link(subject)
        case "workstation": WorkstationsRoom.link(subject)
        case "speaker": ID<Speaker>(subject.id).map { Speaker.page($0) }
        case "complaint": ID<Complaint>(subject.id).map { Complaint.page($0) }
        default: PapersRoom.link(subject)
        }
    }

    struct Denied: Happening {
        static let kind = "access.denied"
        let subject: Subject
        let fields: [String: String]
    }

    /// What the rooms say of their things today, to be compared with what they entered in the ledger.
    static let ledgerSources: [String: LedgerCheck.Source] = RecordLedger.sources.merging(
        [Paper.Kind.letter, .agreement, .certificate].map { ($0.rawValue, Paper.ledgerSource) }, uniquingKeysWith: { first, _ in first })

    /// All steps of all rooms.
    static var migrations: [Migration] {
        let rooms = Rooms(reference: .bundled, post: Post(mail: .missing, text: .missing), files: FileStore(folder: ""), baseURL: "")
        return Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Blocked.migrations + rooms.all.flatMap(\.migrations) + HomeRoom.migrations + Mark.migrations
    }

    static func isDemo(_ database: Database) async throws -> Bool { try await database.read { try $0.exists("select 1 from mark where name = 'demo'") } }

    /// A house without a database of its own, to print its routes.
    static func forPrinting() throws -> House {
        let folder = NSTemporaryDirectory() + "zhuqi-routes-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database.sqlite(path: folder + "/routes.sqlite", vault: try Vault(secret: Vault.newSecret()))
        var settings = Site.Settings(baseURL: "http://localhost", hosts: [])
        settings.isDemo = true
        let site = Site(database: database, folder: folder, settings: settings, log: Logger(label: "zhuqi"))
        return try House(reference: .bundled, site: site, post: Post(mail: .missing, text: .missing))
    }

    /// Jobs and timers of all rooms.
    func workshop(log: Logger, auditFolder: String, erasures: ErasureList? = nil) -> Workshop {
        let (database, files, ladder, records, holdings) = (site.database, files, rooms.cases.ladder, rooms.records, rooms.holdings)
        let contact: @Sendable (ID<Person>, Reader) throws -> Contact? = { person, reader in
            try reader.profile(person).map { Contact(mobile: $0.mobile?.open("to send a notice"), mail: $0.mail, language: $0.language) }
        }
        let digest = Digest(post: post, database: database, baseURL: site.settings.baseURL, minute: digestMinute, contact: contact)
        return Workshop(
            database: database,
            workers: Listeners.workers(rooms.cases.listeners(database) + records.listeners(database), database: database) + rooms.papers.workers(database)
                + [
                    post.worker(database: database, baseURL: site.settings.baseURL, waits: { subject, reader in try reader.turn(of: subject) != nil }, contact: contact),
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
                Recurrence("overdue turns", every: .minutes(1)) { now in try await House.remind(database, now) },
                Recurrence("terms of appointment", every: .hours(1)) { now in
                    try await database.write { tx in
                        try tx.expireAppointments(now: now)
                        try tx.remindOfTerms(now: now)
                    }
                },
                Recurrence("old drafts", every: .hours(24)) { now in
                    try await database.write { tx in
                        for draft in try tx.eraseOldDrafts(before: now - .days(30)) { try tx.removeFiles(of: Subject("draft", draft)) }
                        for draft in try tx.eraseOldApplicationDrafts(before: now - .days(30)) { try tx.removeFiles(of: Subject("applicationDraft", draft)) }
                    }
                },
                HeldForm.timer(database, folder: site.folder),
                Recurrence("old form keys", every: .hours(6)) { now in
                    try await database.write { tx in try Visit.forgetOldKeys(before: now - .days(7), in: tx) }
                },
            ], log: log)
    }

    /// A turn whose time is over reminds its holder, once.
    private static func remind(_ database: Database, _ now: Instant) async throws {
        try await database.write { tx in
            for turn in try tx.overdueTurns(now: now) {
                guard case .person(let person) = turn.holder, let link = House.link(turn.subject) else { continue }
                try tx.tell(Notice(to: person, .work, about: turn.subject, key: "overdue", Words("时限到了：", "Due now: ") + turn.what, place: link.text, isReminder: true), at: now)
            }
        }
    }
}

/// What the database says of itself: that it is a demo.
enum Mark {
    static let migrations = [Migration("Zhuqi", 1, ["create table mark (name \(.text) not null primary key, at \(.int) not null)\(.strict)"])]
}

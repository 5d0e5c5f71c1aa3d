import Happenings
package import Identity
package import Languages
package import Storage
package import Values
package import Web

/// A session of the two: by telephone, by an outside video link, or on site. Either side proposes times, the other takes one;
/// start and end are pressed when they happen.
package struct Meeting: Sendable {
    package let id: ID<Meeting>
    package let serviceCase: ID<Case>
    package let proposedBy: ID<Person>
    package let way: Way
    package let place: String
    package let minutes: Minutes
    /// The proposed beginnings, at most three.
    package let times: [Instant]
    /// When it was proposed.
    package let at: Instant
    package var state: State

    package enum Way: String, Sendable, CaseIterable {
        case telephone, video, onSite

        package var words: Words {
            switch self {
            case .telephone: Words("电话", "By telephone")
            case .video: Words("视频", "By video")
            case .onSite: Words("入企", "On site")
            }
        }
    }

    package enum State: Sendable, Equatable {
        case proposed
        case agreed(at: Instant)
        case running(at: Instant, since: Instant)
        case held(at: Instant, from: Instant, until: Instant)
        case cancelled(by: ID<Person>, reason: String)
        /// One side says that the other did not come; the other may object. Never inferred (lesson 11).
        case missed(at: Instant, saidBy: ID<Person>, objected: Bool)

        package var words: Words {
            switch self {
            case .proposed: Words("等对方定时间", "Waiting for a time to be chosen")
            case .agreed: Words("约好了", "Agreed")
            case .running: Words("正在进行", "Going on")
            case .held: Words("谈过了", "Held")
            case .cancelled: Words("取消了", "Cancelled")
            case .missed(_, _, false): Words("有一方说对方没来", "One side says the other did not come")
            case .missed(_, _, true): Words("来没来，双方说法不同", "The two disagree whether somebody came")
            }
        }
    }

    package init(id: ID<Meeting>, serviceCase: ID<Case>, proposedBy: ID<Person>, way: Way, place: String, minutes: Minutes, times: [Instant], at: Instant, state: State) {
        self.id = id
        self.serviceCase = serviceCase
        self.proposedBy = proposedBy
        self.way = way
        self.place = place
        self.minutes = minutes
        self.times = times
        self.at = at
        self.state = state
    }

    static let page = Path("cases/*/meetings", ID<Case>.self)
    static let agreement = Path("meetings/*/agreement", ID<Meeting>.self)
    static let beginning = Path("meetings/*/beginning", ID<Meeting>.self)
    static let end = Path("meetings/*/end", ID<Meeting>.self)
    static let cancellation = Path("meetings/*/cancellation", ID<Meeting>.self)
    static let absence = Path("meetings/*/absence", ID<Meeting>.self)
    static let objection = Path("meetings/*/objection", ID<Meeting>.self)

    /// How long before its time a meeting can be begun.
    static let early = Span.minutes(30)

    /// The verbs of a meeting, for the table state × deed.
    enum Deed: String, CaseIterable { case agree, begin, end, cancel, miss, object }

    func allows(_ deed: Deed) -> Bool {
        switch (state, deed) {
        case (.proposed, .agree), (.proposed, .cancel), (.agreed, .begin), (.agreed, .cancel), (.agreed, .miss), (.running, .end): true
        case (.missed(_, _, false), .object): true
        default: false
        }
    }

    /// The day on which it is agreed, until it is over.
    var agreedDay: Day? {
        switch state {
        case .agreed(let begins), .running(let begins, _): begins.day
        case .proposed, .cancelled, .held, .missed: nil
        }
    }

    package struct Changed: Happening {
        package static let kind = "meeting.changed"
        package let subject: Subject
        package let fields: [String: String]
    }

    static let migration = Migration(
        "Cases", 7,
        [
            """
            create table meeting (id \(.text) not null primary key, service_case \(.text) not null references service_case (id), proposed_by \(.text) not null,
                way \(.text) not null check (way in ('telephone', 'video', 'onSite')), place \(.text) not null, minutes \(.int) not null
                check (minutes between 15 and 480), times \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index meeting_case on meeting (service_case, id)",
            "create table meeting_agreement (meeting \(.text) not null primary key references meeting (id), begins \(.int) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)",
            "create table meeting_beginning (meeting \(.text) not null primary key references meeting (id), by_person \(.text) not null, at \(.int) not null)\(.strict)",
            "create table meeting_end (meeting \(.text) not null primary key references meeting (id), by_person \(.text) not null, at \(.int) not null)\(.strict)",
            "create table meeting_cancellation (meeting \(.text) not null primary key references meeting (id), by_person \(.text) not null, reason \(.text) not null, at \(.int) not null)\(.strict)",
            "create table meeting_absence (meeting \(.text) not null primary key references meeting (id), by_person \(.text) not null, at \(.int) not null, objected_by \(.text), objected_at \(.int))\(.strict)",
            // One row for each quarter of an hour that somebody is taken: two meetings at once collide here (lesson 1).
            "create table taken_quarter (person \(.text) not null, quarter \(.int) not null, meeting \(.text) not null references meeting (id), primary key (person, quarter))\(.strict)",
            "create index taken_quarter_meeting on taken_quarter (meeting)",
        ])

    /// The day of an old agreement, in the field's time (UTC+8).
    private static let day: SQL = .either(
        sqlite: "strftime('%Y-%m-%d', a.begins / 1000 + 28800, 'unixepoch')", postgres: "to_char(to_timestamp(a.begins / 1000 + 28800) at time zone 'UTC', 'YYYY-MM-DD')")

    /// Cover before duty (N6): an agreed meeting on site stands on a day on which its expert is insured and trained, or the
    /// database refuses it. The way is the meeting's own by key, so that calling a visit a call does not get round it.
    static let covering = Migration(
        "Cases", 9,
        [
            "create unique index meeting_way on meeting (id, way)",
            "alter table meeting_agreement rename to meeting_agreement_before",
            """
            create table meeting_agreement (meeting \(.text) not null primary key, way \(.text) not null, begins \(.int) not null, expert \(.text) not null,
                day \(.text) not null, covered_day \(.text), carried_over \(.bool) not null default false, by_person \(.text) not null, at \(.int) not null,
                check (carried_over or (way = 'onSite') = (covered_day is not null)), check (covered_day is null or covered_day = day),
                foreign key (meeting, way) references meeting (id, way), foreign key (expert, covered_day) references cover (expert, day))\(.strict)
            """,
            // What was agreed before the rule came stands as it was agreed, and nothing is carried over after it.
            """
            insert into meeting_agreement (meeting, way, begins, expert, day, covered_day, carried_over, by_person, at)
            select a.meeting, m.way, a.begins, coalesce(c.expert, a.by_person), \(day), null, true, a.by_person, a.at
            from meeting_agreement_before a join meeting m on m.id = a.meeting join service_case c on c.id = m.service_case
            """,
            "drop table meeting_agreement_before",
            .halves(
                sqlite: "select 1",
                postgres: """
                    create function nothing_is_carried_over() returns trigger language plpgsql as \
                    $$ begin raise exception 'an agreement stands on cover'; end $$
                    """),
            .halves(
                sqlite: """
                    create trigger meeting_agreement_carried before insert on meeting_agreement when new.carried_over \
                    begin select raise(abort, 'an agreement stands on cover'); end
                    """,
                postgres: """
                    create trigger meeting_agreement_carried before insert or update on meeting_agreement for each row when (new.carried_over) \
                    execute function nothing_is_carried_over()
                    """),
            .halves(
                sqlite: """
                    create trigger meeting_agreement_carried_later before update on meeting_agreement when new.carried_over and not old.carried_over \
                    begin select raise(abort, 'an agreement stands on cover'); end
                    """,
                postgres: "select 1"),
            "create index meeting_agreement_cover on meeting_agreement (expert, covered_day)",
        ])

    fileprivate static let columns: SQL = """
        select m.id, m.service_case, m.proposed_by, m.way, m.place, m.minutes, m.times, m.at, a.begins, b.at, e.at, c.by_person, c.reason, x.by_person, x.objected_at
        from meeting m left join meeting_agreement a on a.meeting = m.id left join meeting_beginning b on b.meeting = m.id
            left join meeting_end e on e.meeting = m.id left join meeting_cancellation c on c.meeting = m.id left join meeting_absence x on x.meeting = m.id
        """

    fileprivate init(_ row: inout Row) throws {
        (id, serviceCase, proposedBy) = (try row(), try row(), try row())
        way = Way(rawValue: try row()) ?? .telephone
        (place, minutes) = (try row(), try row())
        times = try row(String.self).split(separator: ",").compactMap { Int64($0).map(Instant.init(milliseconds:)) }
        at = try row()
        let (begins, begun, ended) = (try row.maybe(Instant.self), try row.maybe(Instant.self), try row.maybe(Instant.self))
        let (canceller, reason) = (try row.maybe(ID<Person>.self), try row.maybe(String.self))
        let (misser, objected) = (try row.maybe(ID<Person>.self), try row.maybe(Instant.self))
        if let canceller, let reason { state = .cancelled(by: canceller, reason: reason) }
        else if let begins, let misser { state = .missed(at: begins, saidBy: misser, objected: objected != nil) }
        else if let begins, let begun, let ended { state = .held(at: begins, from: begun, until: ended) }
        else if let begins, let begun { state = .running(at: begins, since: begun) }
        else if let begins { state = .agreed(at: begins) }
        else { state = .proposed }
    }

    // MARK: The form

    static let way = Field<Way>.choice("way", Words("怎么谈", "How"), of: Way.allCases, columns: true) { $0.words }
    static let place = Field<String>.text("place", Words("地点、链接或电话", "Place, link or number"), hint: Words("视频写会议链接，入企写地址；电话可以不填", "For video a link, on site an address; may stay empty for a call"), longest: 200)
    static let minutes = Field<Int>("minutes", Words("大概多久", "How long"), .select([Choice("30", Words("30分钟", "30 minutes")), Choice("60", Words("1小时", "1 hour")), Choice("90", Words("1个半小时", "1½ hours")), Choice("120", Words("2小时", "2 hours")), Choice("180", Words("3小时", "3 hours"))])) { (typed: String) throws(Wrong) -> Int in
        guard let minutes = Int(typed), (15...480).contains(minutes) else { throw Wrong("请选一个时长", "Please choose a length") }
        return minutes
    }
    static func time(_ name: StaticString, _ words: Words) -> Field<Instant> {
        Field(name, words, .line(type: "datetime-local", short: true)) { (typed: String) throws(Wrong) -> Instant in
            let parts = typed.split(whereSeparator: { $0 == "T" || $0 == " " })
            let clock = parts.count == 2 ? parts[1].split(separator: ":") : []
            guard let day = parts.first.flatMap({ Day(String($0)) }), clock.count >= 2, let hour = Int(clock[0]), let minute = Int(clock[1]), (0...23).contains(hour), (0...59).contains(minute) else {
                throw Wrong("请写日期和时间，如2026-11-27 14:00", "Please write day and time, such as 2026-11-27 14:00")
            }
            return Instant(day, hour, minute)
        }
    }
    static let times: [Field<Instant>] = [time("time1", Words("时间一", "First time")), time("time2", Words("时间二", "Second time")), time("time3", Words("时间三", "Third time"))]
    static let chosen = Field<String>.text("begins", Words("选哪个时间", "Which time"), longest: 20, control: .radios([]))
    static let reason = Field<String>.text("reason", Words("为什么取消", "Why"), longest: 200)
    static let names = ["way", "place", "minutes", "time1", "time2", "time3"]
}

extension Permission where Deed == Meeting, Noun == Case {
    package static var meet: Self { Permission("case.meet", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague)), Grant(.expert, .own(.expert))]) }
}

extension Meeting {
    /// Beginning and ending: pressed by whoever serves, so that the minutes are the expert's own word (clause 4.1d).
    package enum Holding {}
}

extension Permission where Deed == Meeting.Holding, Noun == Case {
    package static var hold: Self { Permission("case.hold", [Grant(.expert, .own(.expert))]) }
}

extension Reader {
    package func meetings(of id: ID<Case>, limit: Int = 50) throws -> [Meeting] { try rows("\(Meeting.columns) where m.service_case = \(id) order by m.id limit \(limit)", Meeting.init) }
    /// Those that were proposed since a moment, newest first.
    func meetings(of id: ID<Case>, since: Instant) throws -> [Meeting] {
        try rows("\(Meeting.columns) where m.service_case = \(id) and m.at >= \(since) order by m.id desc limit 50", Meeting.init)
    }

    package func meeting(_ id: ID<Meeting>) throws -> Meeting? { try first("\(Meeting.columns) where m.id = \(id)", Meeting.init) }

    /// Who pressed start and end, and when; nil until both are pressed.
    package func presses(of id: ID<Meeting>) throws -> (begun: (by: ID<Person>, at: Instant), ended: (by: ID<Person>, at: Instant))? {
        try first("select b.by_person, b.at, e.by_person, e.at from meeting_beginning b join meeting_end e on e.meeting = b.meeting where b.meeting = \(id)") { row in
            (begun: (by: try row(), at: try row()), ended: (by: try row(), at: try row()))
        }
    }

    /// Begun quarter hours at which any of these people is taken, from a moment on.
    func takenQuarters(_ people: [ID<Person>], from: Instant, limit: Int = 2000) throws -> Set<Int64> {
        Set(try values("select quarter from taken_quarter where person in (\(list: people)) and quarter >= \(from.milliseconds / 900_000) order by quarter limit \(limit)", Int64.self))
    }
}

extension Transaction {
    package func add(_ meeting: Meeting, by may: May<Meeting, Case>, now: Instant) throws {
        try run(
            """
            insert into meeting (id, service_case, proposed_by, way, place, minutes, times, at) values (\(meeting.id), \(meeting.serviceCase), \(may.person),
                \(meeting.way.rawValue), \(meeting.place), \(meeting.minutes), \(meeting.times.map { String($0.milliseconds) }.joined(separator: ",")), \(now))
            """)
    }

    /// Agrees to a time and takes it from both calendars; false when one of them is taken already. A visit stands on a day of the
    /// expert's cover, which the caller has asked for (`cover(_:on:)`).
    package func agree(_ meeting: Meeting, at begins: Instant, expert: ID<Person>, people: [ID<Person>], by may: May<Meeting, Case>, now: Instant) throws -> Bool {
        let first = begins.milliseconds / 900_000
        let last = (begins.milliseconds + Int64(meeting.minutes.count) * 60_000 + 899_999) / 900_000
        let quarters = Array(first..<last)
        // In one order, so that two agreements never wait for each other.
        let taken = try exists("select 1 from taken_quarter where person in (\(list: people)) and quarter >= \(first) and quarter < \(last) limit 1")
        if taken { return false }
        for person in people.sorted() { for quarter in quarters { try run("insert into taken_quarter (person, quarter, meeting) values (\(person), \(quarter), \(meeting.id))") } }
        try run("insert into meeting_agreement (meeting, way, begins, expert, day, covered_day, by_person, at) values (\(meeting.id), \(meeting.way.rawValue), \(begins), \(expert), \(begins.day), \(meeting.way == .onSite ? begins.day : nil), \(may.person), \(now))")
        return true
    }

    package func begin(_ meeting: Meeting, by may: May<Meeting.Holding, Case>, now: Instant) throws {
        try run("insert into meeting_beginning (meeting, by_person, at) values (\(meeting.id), \(may.person), \(now))")
    }

    package func end(_ meeting: Meeting, by may: May<Meeting.Holding, Case>, now: Instant) throws {
        try run("insert into meeting_end (meeting, by_person, at) values (\(meeting.id), \(may.person), \(now))")
    }

    func cancel(_ meeting: ID<Meeting>, reason: String, by person: ID<Person>, now: Instant) throws {
        try run("insert into meeting_cancellation (meeting, by_person, reason, at) values (\(meeting), \(person), \(reason), \(now)) on conflict do nothing")
        try run("delete from taken_quarter where meeting = \(meeting)")
    }

    func miss(_ meeting: Meeting, by may: May<Meeting, Case>, now: Instant) throws {
        try run("insert into meeting_absence (meeting, by_person, at) values (\(meeting.id), \(may.person), \(now))")
    }

    func object(_ meeting: Meeting, by may: May<Meeting, Case>, now: Instant) throws {
        try run("update meeting_absence set objected_by = \(may.person), objected_at = \(now) where meeting = \(meeting.id) and objected_at is null")
    }
}

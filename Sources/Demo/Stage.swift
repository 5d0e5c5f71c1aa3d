import Cases
package import Complaints
package import Files
import Foundation
import Happenings
import Identity
import Languages
import Papers
package import Needs
package import Reference
package import Storage
package import Values
import Volunteers
import Web
import Workstations

/// Fills an empty database with one province, three cities, and a year of help: by the same deeds that people do, at their own times.
package struct Stage: Sendable {
    let database: Database
    let reference: Reference
    let intake: Intake
    let ladder: Ladder
    let complaints: ComplaintsRoom
    let files: FileStore
    let seed: UInt64
    let now: Instant

    package init(database: Database, reference: Reference, intake: Intake, complaints: ComplaintsRoom, files: FileStore, seed: UInt64, now: Instant) {
        self.database = database
        self.reference = reference
        self.intake = intake
        self.complaints = complaints
        self.files = files
        ladder = Ladder(reference: reference)
        self.seed = seed
        self.now = now
    }

    static let cities = ["331000", "330600", "330700"]

    struct House: Sendable {
        let institution: ID<Organisation>
        let officer: Viewer
        let head: Viewer
        let liaisons: [Viewer]
        /// Colleagues who answer objections and raise them.
        var second: Viewer? = nil
        var third: Viewer? = nil
    }

    /// Tells how far it is through `progress`.
    package func fill(progress: @Sendable (String) -> Void) async throws {
        let world = try World.read()
        var dice = Dice(seed: seed)
        progress("organisations, staff")
        var cast = Cast()
        let house = try await organisations(&cast)
        progress("\(world.experts.count) experts")
        let experts = try await self.experts(world, house, &dice)
        try await duty(house, experts)
        try await recruit(house)
        progress("\(world.firms.count) firms and founders")
        let askers = try await firms(world, house, &dice)
        progress("\(Story.count) needs and their cases")
        let story = Story(stage: self, world: world, house: house, experts: experts, askers: askers)
        let heroes = try await story.tell(&dice) { progress($0) }
        progress("\(world.grievances.count) complaints")
        try await Grievances(stage: self, world: world, house: house).tell(heroes.cases)
        cast.parts.insert(Cast.Part(key: "owner", words: Role.owner.words, person: heroes.owner.person, name: heroes.owner.name, isStaff: false), at: 0)
        cast.parts.insert(Cast.Part(key: "founder", words: Words("创业者", "Founder"), person: heroes.founder.person, name: heroes.founder.name, isStaff: false), at: 1)
        cast.parts.insert(Cast.Part(key: "expert", words: Role.expert.words, person: heroes.expert, name: experts[heroes.expert]?.name ?? "", isStaff: false), at: 2)
        progress("certificates")
        try await Certificates(house: house, days: reference.workingDays, now: now).fill(database, heroes.expert, experts)
        try await Stars(house: house, days: reference.workingDays, files: files, now: now).fill(database, heroes.expert, experts)
        progress("the neighbouring province")
        cast.parts += try await Neighbour(stage: self, world: world).fill(&dice)
        progress("papers")
        try await Sheaf(stage: self, house: house, experts: experts).tie()
        progress("seals")
        let (done, now) = (cast, now)
        try await database.write { tx in
            try done.save(in: tx)
            // What was told long ago is read; what the story did needs no job any more.
            try tx.run("delete from job")
            try tx.makePapersAgain(at: now)
            try tx.run("update notice set seen_at = at, sent_at = at where at < \(now - .days(2))")
            try tx.run("update notice set sent_at = at")
            try tx.run("delete from outbox")
            try tx.run("insert into mark (name, at) values ('demo', \(now))")
        }
        try await Seal.sealAll(database)
    }

    /// A roster of five weeks: an officer and two experts for each day, by turns.
    private func duty(_ house: House, _ experts: [ID<Person>: Expert]) async throws {
        guard let officer = house.officer.person else { return }
        let (people, days, institution) = (experts.keys.sorted(), (0..<35).map { now.day + ($0 - 1) }, house.institution)
        let duties = days.enumerated().flatMap { index, day in
            [Duty(institution: institution, day: day, person: officer, kind: .officer)]
                + [0, 1].map { Duty(institution: institution, day: day, person: people[(index * 2 + $0) % people.count], kind: .expert) }
        }
        try await database.write { tx in try tx.setDuties(duties, of: institution, on: days) }
    }

    private func organisations(_ cast: inout Cast) async throws -> House {
        let begin = now - .days(400)
        let region = "330000"
        let (authority, civil, institution) = (ID<Organisation>(at: begin), ID<Organisation>(at: begin), ID<Organisation>(at: begin))
        let stations = [ID<Organisation>(at: begin), ID<Organisation>(at: begin)]
        let staff: [(key: String, name: String, role: Role, organisation: ID<Organisation>?, region: String)] = [
            ("officer", "林晓", .officer, institution, region), ("officer2", "何安然", .officer, institution, region), ("head", "顾明远", .head, institution, region),
            ("liaison", "陈立春", .liaison, stations[0], "331000"), ("liaison2", "骆晴", .liaison, stations[1], "330700"),
            ("smeAuthority", "周敏", .smeAuthority, authority, region), ("civilAffairs", "葛秋白", .civilAffairs, civil, region),
            ("administrator", "宋致", .administrator, nil, ""), ("auditor", "严守一", .auditor, nil, ""), ("operator", "丁一鸣", .systemOperator, nil, ""), ("officer32", "傅敏", .officer, institution, region),
        ]
        let people = staff.map { _ in ID<Person>(at: begin) }
        let day = begin.day
        try await database.write { tx in
            for organisation in [
                OrganisationEntry(id: authority, kind: .smeAuthority, name: "浙江省中小企业主管部门", region: region, telephone: "0571-1234 5600"),
                OrganisationEntry(id: civil, kind: .civilAffairs, name: "浙江省民政部门", region: region, telephone: "0571-1234 5601"),
                OrganisationEntry(id: institution, kind: .institution, name: "省中小企业公共服务机构", region: region, telephone: "0571-1234 5678"),
            ] { try tx.add(organisation, now: begin) }
            for (id, name, place, telephone, number) in [
                (stations[0], "黄岩模具小镇志愿服务工作站", "331003", "0576-1234 5602", "浙助企站〔2025〕1号"), (stations[1], "义乌创业园志愿服务工作站", "330782", "0579-1234 5603", "浙助企站〔2025〕2号"),
            ] {
                try tx.enterWorkstation(
                    Workstation(id: id, institution: institution, name: name, region: place, telephone: telephone, number: number, from: day, until: day + 1095, by: people[0], at: begin))
            }
            for (index, member) in staff.enumerated() {
                _ = try tx.makePerson(name: member.name, mail: "\(member.key)@zhuqi.example", id: people[index], now: begin)
                try tx.grant(member.role.name, to: people[index], in: member.organisation, region: member.region, from: begin)
            }
            guard let entered = try tx.organisation(institution) else { throw WorldFailure.noData }
            try tx.designate(
                entered, by: authority, document: "浙中小企〔2025〕18号", from: day, until: day + 1095, inCharge: "顾明远", contact: "0571-1234 5678", person: people[5], now: begin)
        }
        for (index, member) in staff.enumerated() where member.key != "liaison2" {
            cast.parts.append(Cast.Part(key: member.key, words: member.key == "officer2" ? member.role.words + Words("，第二位", ", the second") : member.role.words, person: people[index], name: member.name, isStaff: true))
        }
        func viewer(_ index: Int) -> Viewer { Cast.Part.viewer(people[index], staff[index].name, staff[index].role, staff[index].organisation, region: staff[index].region) }
        return House(institution: institution, officer: viewer(0), head: viewer(2), liaisons: [viewer(3), viewer(4)], second: viewer(1), third: viewer(staff.count - 1))
    }

    private func experts(_ world: World, _ house: House, _ dice: inout Dice) async throws -> [ID<Person>: Expert] {
        guard let officer = house.officer.person, let head = house.head.person else { throw WorldFailure.noData }
        var all: [ID<Person>: Expert] = [:]
        for (index, source) in world.experts.enumerated() {
            // The newest was entered the day before yesterday and waits for the head.
            let entered = index == world.experts.count - 1 ? now - .days(2) : now - .days(390 - index)
            let domains = source.domains.split(separator: ",").compactMap { Domain(rawValue: String($0)) }
            // Sub-topics by the words that describe the expert.
            let text = source.words + source.biographyZh + source.titleZh
            var topics = domains.compactMap { reference.subTopics.best(for: text, in: $0)?.topic.code }
            for domain in domains { for topic in reference.subTopics.of(domain) where topic.signs.contains(where: { text.contains($0) }) && !topics.contains(topic.code) && topics.count < 5 { topics.append(topic.code) } }
            let times = [2, 3, 4, 6].compactMap { weekday in dice.roll(0...2) > 0 ? FreeTime(weekday: weekday, from: weekday == 6 ? 600 : 840, until: weekday == 6 ? 720 : 1020) : nil }
            let (mobile, number, limit) = ("139\(String(format: "%08d", 57_600_000 + index))", "〔\(entered.day.parts.year)〕\(index + 101)号", dice.roll(3...6))
            let (subTopics, institution, isNew) = (topics, house.institution, index == world.experts.count - 1)
            let expert = try await database.write { tx -> Expert in
                let person = try tx.findOrMakePerson(mobile: mobile, name: source.name, now: entered)
                let expert = Expert(
                    person: person, institution: institution, name: source.name, kind: ExpertKind(rawValue: source.kind) ?? .industry, standing: Standing(rawValue: source.standing) ?? .inService,
                    employer: source.employer, headline: Words(source.titleZh, source.titleEn), biography: Words(source.biographyZh + "擅长\(source.words.replacing(",", with: "、"))。", source.biographyEn), domains: domains, subTopics: subTopics,
                    region: source.district, weeklyLimit: limit, freeTimes: times, enteredBy: officer, enteredAt: entered)
                try tx.enterExpert(expert)
                // The newest waits for the head.
                if !isNew {
                    let appointment = Appointment(
                        id: ID<Appointment>(at: entered), person: person, institution: institution, number: number, from: entered.day + 2, until: entered.day + 1097, by: head, at: entered + .days(2))
                    try tx.appoint(expert, appointment, now: entered + .days(2))
                }
                return try tx.expert(person) ?? expert
            }
            all[expert.person] = expert
        }
        try await Stage.insure(all.values.filter { !$0.appointments.isEmpty }.map(\.person), of: house, in: database, now: now)
        return all
    }

    /// Trained and insured, as whoever serves on site must be: last year's policy and this year's.
    static func insure(_ people: [ID<Person>], of house: House, in database: Database, now: Instant) async throws {
        guard let officer = house.officer.person else { return }
        try await database.write { tx in
            guard let institution = try tx.organisation(house.institution) else { return }
            for person in people { try tx.train(person, on: now.day + -399, by: officer, at: now - .days(399)) }
            for (from, until, number) in [(now.day + -400, now.day + -36, "PEAC\(now.day.parts.year - 1)3301"), (now.day + -35, now.day + 329, "PEAC\(now.day.parts.year)3301")] {
                let at = Instant(from) - .days(1)
                let policy = Policy(id: ID(at: at), institution: institution.id, region: institution.region, insurer: "演示财产保险股份有限公司", number: number, from: from, until: until, by: officer, at: at)
                try tx.take(policy)
                try tx.insure(people.sorted(), by: policy, from: from, person: officer, at: at)
            }
        }
    }

    /// Somebody who asks: a person, with a company or without.
    struct Asker: Sendable {
        let person: ID<Person>
        let name: String
        let enterprise: ID<Enterprise>?
        let companyName: String?
        let region: String
        let kind: String
        var viewer: Viewer {
            Viewer(person: person, name: name, memberships: [.owner, .colleague].map { Membership(role: $0, organisation: nil, regionPrefix: "") }, provedAt: nil)
        }
    }

    private func firms(_ world: World, _ house: House, _ dice: inout Dice) async throws -> [Asker] {
        var askers: [Asker] = []
        let officer = house.officer
        for (index, firm) in world.firms.enumerated() {
            let at = index >= 288 ? now - .hours(4 + index - 288) : now - .days(380 - index)
            let mobile = "138\(String(format: "%08d", 57_000_000 + index))"
            let code = firm.kind == "enterprise" ? Stage.creditCode(region: firm.district, index: index) : nil
            let reference = reference
            let asker = try await database.write { tx -> Asker in
                let person = try tx.findOrMakePerson(mobile: mobile, name: firm.contact, now: at)
                try tx.consent(person, to: .service, now: at)
                guard firm.kind != "founding" else { return Asker(person: person, name: firm.contact, enterprise: nil, companyName: nil, region: firm.district, kind: firm.kind) }
                let figures = SizeFigures(persons: firm.persons, revenue: firm.revenue, assets: firm.assets)
                var size: SizeClass?
                if case .classed(let found, _) = reference.sizeRules.verdict(industry: firm.industry, figures) { size = found }
                let facts = Enterprise.Facts(
                    kind: firm.kind == "enterprise" ? .enterprise : .selfEmployed, name: firm.name, creditCode: code, industry: firm.industry, persons: firm.persons, revenue: firm.revenue,
                    assets: firm.assets, region: firm.district, size: size)
                let enterprise = try tx.findOrMake(enterprise: facts, by: .person(person), now: at)
                _ = try tx.ask(person, toSpeakFor: enterprise, .legalRepresentative, now: at)
                // Most were confirmed long ago; the newest still wait for an officer.
                if index < 288, let speaker = try tx.speaker(person, for: enterprise) {
                    try tx.confirm(speaker, .original, hasPhoto: false, by: try officer.may(.confirmSpeaker, speaker), at: at + .hours(5))
                }
                return Asker(person: person, name: firm.contact, enterprise: enterprise, companyName: firm.name, region: firm.district, kind: firm.kind)
            }
            askers.append(asker)
        }
        return askers
    }

    /// A credit code with a right check character (GB 32100-2015): the one of the 31 that fits.
    static func creditCode(region: String, index: Int) -> String? {
        let body = "91\(region)MA2A\(String(format: "%05d", index))"
        return "0123456789ABCDEFGHJKLMNPQRTUWXY".map { body + String($0) }.first { (try? CreditCode($0)) != nil }
    }
}

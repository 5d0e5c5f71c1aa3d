import Cases
import Identity
import Languages
import Needs
import Reference
import Storage
import Values
import Volunteers
import Web
import Workstations

/// The neighbouring province, small: an institution of its own with its people and a few matters. What one province has, the
/// other never sees; whoever tries the demonstration can look from both sides, and the tests do.
struct Neighbour: Sendable {
    let stage: Stage
    let world: World

    static let region = "340000"
    static let city = "340100"

    /// Needs of the neighbour and how far each came.
    private static let matters: [(text: String, domain: Domain, goal: Story.Goal, daysAgo: Int)] = [
        ("我们在合肥做小家电注塑，新换的材料缩水严重，试了三天还是不行，想请懂注塑的老师看看。", .technology, .talking, 9),
        ("客户拖了半年货款不给，合同是微信上谈的，没有盖章，这种情况能不能起诉？", .law, .closed, 70),
        ("想申请设备更新的贷款贴息，材料准备了一半，不知道还缺什么。", .finance, .proposed, 2),
        ("厂里想上一套排产软件，几家报价差了三倍，不知道该信谁。", .management, .accepted, 1),
        ("老设备想换伺服，电费能省多少算不清，请懂行的老师帮忙算一算。", .technology, .offered, 1),
        ("仓库里货对不上账，每个月都差几千块，想请人帮我们把流程理一理。", .management, .submitted, 0),
    ]

    /// Enters it all, and answers its people for `/demo`.
    func fill(_ dice: inout Dice) async throws -> [Cast.Part] {
        let (stage, begin) = (stage, stage.now - .days(300))
        let (authority, institution, station) = (ID<Organisation>(at: begin), ID<Organisation>(at: begin), ID<Organisation>(at: begin))
        let (officer, head, liaison) = (ID<Person>(at: begin), ID<Person>(at: begin), ID<Person>(at: begin))
        let staff: [(key: String, person: ID<Person>, name: String, role: Role, organisation: ID<Organisation>, region: String)] = [
            ("officer.b", officer, "方知微", .officer, institution, Self.region), ("head.b", head, "汪伯言", .head, institution, Self.region),
            ("liaison.b", liaison, "程小满", .liaison, station, Self.city),
        ]
        try await stage.database.write { tx in
            for organisation in [
                OrganisationEntry(id: authority, kind: .smeAuthority, name: "安徽省中小企业主管部门", region: Self.region, telephone: "0551-1234 5600"),
                OrganisationEntry(id: institution, kind: .institution, name: "安徽省中小企业志愿服务机构", region: Self.region, telephone: "0551-1234 5678"),
            ] { try tx.add(organisation, now: begin) }
            try tx.enterWorkstation(
                Workstation(
                    id: station, institution: institution, name: "合肥科创园志愿服务工作站", region: Self.city, telephone: "0551-1234 5602", number: "皖助企站〔2026〕1号", from: begin.day,
                    until: begin.day + 1095, by: officer, at: begin))
            for member in staff {
                _ = try tx.makePerson(name: member.name, mail: "\(member.key)@zhuqi.example", id: member.person, now: begin)
                try tx.grant(member.role.name, to: member.person, in: member.organisation, region: member.region, from: begin)
            }
            guard let entered = try tx.organisation(institution) else { throw WorldFailure.noData }
            try tx.designate(
                entered, by: authority, document: "皖中小企〔2026〕7号", from: begin.day, until: begin.day + 1095, inCharge: "汪伯言", contact: "0551-1234 5678", person: head, now: begin)
        }
        let house = Stage.House(
            institution: institution, officer: Cast.Part.viewer(officer, "方知微", .officer, institution, region: Self.region),
            head: Cast.Part.viewer(head, "汪伯言", .head, institution, region: Self.region),
            liaisons: [Cast.Part.viewer(liaison, "程小满", .liaison, station, region: Self.city)])
        let expert = try await expert(of: house, at: begin + .days(2))
        try await Stage.insure([expert.person], of: house, in: stage.database, now: stage.now)
        let asker = try await asker(of: house, at: begin + .days(5))
        let story = Story(stage: stage, world: world, house: house, experts: [expert.person: expert], askers: [asker])
        for (index, matter) in Self.matters.enumerated() {
            let at = matter.daysAgo == 0 ? stage.now - .minutes(40) : story.moment(daysAgo: matter.daysAgo, &dice)
            let need = World.Need(key: "neighbour-\(index)", text: matter.text, domain: matter.domain, urgency: .thisMonth)
            _ = try await story.live(need, asker, at, until: matter.goal, &dice)
        }
        var parts = [
            Cast.Part(key: "owner.b", words: Self.words(.owner), person: asker.person, name: asker.name, isStaff: false),
            Cast.Part(key: "expert.b", words: Self.words(.expert), person: expert.person, name: expert.name, isStaff: false),
        ]
        parts += staff.map { Cast.Part(key: $0.key, words: Self.words($0.role), person: $0.person, name: $0.name, isStaff: true) }
        return parts
    }

    private static func words(_ role: Role) -> Words { role.words + Words("，邻省", ", of the neighbouring province") }

    private func expert(of house: Stage.House, at entered: Instant) async throws -> Expert {
        guard let officer = house.officer.person, let head = house.head.person else { throw WorldFailure.noData }
        return try await stage.database.write { tx in
            let person = try tx.findOrMakePerson(mobile: "13957690001", name: "周亦安", now: entered)
            let expert = Expert(
                person: person, institution: house.institution, name: "周亦安", kind: .industry, standing: .retired, employer: "原合肥轻工研究所",
                headline: Words("原轻工研究所高级工程师，已退休", "Senior engineer of a light industry institute, retired"),
                biography: Words("在研究所和工厂之间跑了三十年，注塑、成本、合同都帮企业理过。", "Thirty years between institute and factory: moulding, costs, contracts."),
                domains: [.technology, .management, .finance, .law], subTopics: [], region: Self.city, weeklyLimit: 10, enteredBy: officer, enteredAt: entered)
            try tx.enterExpert(expert)
            let appointment = Appointment(
                id: ID<Appointment>(at: entered), person: person, institution: house.institution, number: "〔\(entered.day.parts.year)〕皖1号", from: entered.day + 2,
                until: entered.day + 1097, by: head, at: entered + .days(2))
            try tx.appoint(expert, appointment, now: entered + .days(2))
            return try tx.expert(person) ?? expert
        }
    }

    private func asker(of house: Stage.House, at: Instant) async throws -> Stage.Asker {
        try await stage.database.write { tx in
            let person = try tx.findOrMakePerson(mobile: "13857690002", name: "谢长庚", now: at)
            try tx.consent(person, to: .service, now: at)
            let facts = Enterprise.Facts(
                kind: .enterprise, name: "合肥朗峰小家电厂", creditCode: Stage.creditCode(region: "340104", index: 90_001), industry: "38", persons: 46, revenue: 2100,
                assets: 1500, region: Self.city, size: .small)
            let enterprise = try tx.findOrMake(enterprise: facts, by: .person(person), now: at)
            _ = try tx.ask(person, toSpeakFor: enterprise, .legalRepresentative, now: at)
            if let speaker = try tx.speaker(person, for: enterprise) {
                try tx.confirm(speaker, .original, hasPhoto: false, by: try house.officer.may(.confirmSpeaker, speaker), at: at + .hours(5))
            }
            return Stage.Asker(person: person, name: "谢长庚", enterprise: enterprise, companyName: facts.name, region: Self.city, kind: "enterprise")
        }
    }
}

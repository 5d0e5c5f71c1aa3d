import Cases
import Identity
import Languages
import Needs
import Reference
import Storage
import Values
import Volunteers
import Web

/// The life of each need: stated, assigned, proposed, chosen, accepted, helped, closed by the owner's word – or stopped on the way.
struct Story: Sendable {
    static let count = 400

    let stage: Stage
    let world: World
    let house: Stage.House
    let experts: [ID<Person>: Expert]
    let askers: [Stage.Asker]

    struct Heroes: Sendable {
        let owner: Stage.Asker
        let founder: Stage.Asker
        let expert: ID<Person>
        /// The cases whose conversations were written, by the key of their need.
        let cases: [String: Lived]
    }

    /// How far a need was lived: who helped, in which case.
    struct Lived: Sendable {
        let asker: Stage.Asker
        let expert: ID<Person>?
        let serviceCase: ID<Case>?
    }

    /// How far a need came.
    enum Goal: Int, Comparable {
        case submitted, withdrawn, referred, proposed, offered, accepted, talking, meeting, solution, notSolved, closed
        static func < (a: Goal, b: Goal) -> Bool { a.rawValue < b.rawValue }
    }

    func tell(_ dice: inout Dice, progress: (String) -> Void) async throws -> Heroes {
        // Those with a conversation of their own come late in the year, so that the newest cases are the richest.
        let told = world.needs.filter { world.conversations[$0.key] != nil }
        var plain = world.needs.filter { world.conversations[$0.key] == nil }
        plain.shuffle(using: &dice)
        let past = plain.prefix(230)
        let open = plain.dropFirst(230)
        var heroes: (owner: Stage.Asker, expert: ID<Person>)?
        var cases: [String: Lived] = [:]
        let founder = askers.first { $0.kind == "founding" } ?? askers[0]

        for (index, need) in past.enumerated() {
            let at = moment(daysAgo: 360 - index * 320 / 230, &dice)
            let goal: Goal = index % 23 == 5 ? .withdrawn : index % 19 == 7 ? .referred : .closed
            _ = try await live(need, askers[index % askers.count], at, until: goal, &dice)
            if index % 60 == 59 { progress("\(index + 1) of \(Self.count)") }
        }
        for (index, need) in told.enumerated() {
            let goal: Goal = index < 24 ? .closed : [.accepted, .talking, .talking, .meeting, .solution, .solution, .notSolved, .talking][index % 8]
            let at = moment(daysAgo: goal == .closed ? 60 - index : goal > .talking ? 5 + index % 2 : 2 + index % 2, &dice)
            let asker = index == told.count - 1 ? askers[1] : askers[(index * 7 + 3) % askers.count]
            let isHero = goal == .solution && heroes == nil
            let lived = try await live(need, asker, at, until: goal, &dice)
            cases[need.key] = lived
            if isHero, let expert = lived.expert { heroes = (asker, expert) }
        }
        progress("\(past.count + told.count) of \(Self.count)")
        for (index, need) in open.enumerated() {
            let goal: Goal = index < 25 ? .proposed : index < 40 ? .offered : .submitted
            let at = goal == .submitted ? stage.now - .minutes(6 + 7 * (index - 40)) : goal == .offered ? stage.now - .hours(9 + index % 3) : moment(daysAgo: 1, &dice)
            _ = try await live(need, index == 30 ? founder : askers[(index * 11 + 5) % askers.count], at, until: goal, &dice)
        }
        // Questions come again, in other words or the same: the rest, waiting to be assigned.
        for index in 0..<max(0, Self.count - world.needs.count) {
            _ = try await live(plain[index], askers[(index * 13 + 8) % askers.count], stage.now - .minutes(15 + 9 * index), until: .submitted, &dice)
        }
        return Heroes(owner: heroes?.owner ?? askers[0], founder: founder, expert: heroes?.expert ?? experts.keys.sorted()[0], cases: cases)
    }

    /// A working hour so many days ago.
    func moment(daysAgo: Int, _ dice: inout Dice) -> Instant { Instant(stage.now.day + -max(1, daysAgo), dice.roll(9...17), dice.roll(0...59)) }

    func live(_ source: World.Need, _ asker: Stage.Asker, _ at: Instant, until goal: Goal, _ dice: inout Dice) async throws -> Lived {
        let nobody = Lived(asker: asker, expert: nil, serviceCase: nil)
        let (stage, house) = (stage, house)
        // An urgent need that waits for its triage would be long overdue.
        let said = goal == .submitted && source.urgency == .now ? .thisWeek : source.urgency
        let need = try await stage.database.write { tx in
            try stage.intake.take(
                .init(
                    asker: asker.person, enterprise: asker.enterprise, companyName: asker.companyName, region: asker.region, statement: source.text, domain: nil, urgency: said, expert: nil,
                    source: .init(.web), by: .person(asker.person)), in: tx, now: at, address: "")
        }
        if goal == .submitted { return nobody }
        if goal == .withdrawn {
            try await stage.database.write { tx in 
                let need = try tx.lock(need.id)
                try stage.intake.withdraw(need, by: try asker.viewer.may(.withdraw, need), in: tx, now: at + .hours(20))
            }
            return nobody
        }
        let domain = source.domain ?? need.suggestion?.domain ?? .law
        let triaged = at + .hours(2)
        try await stage.database.write { tx in 
            let need = try tx.lock(need.id)
            let may = try house.officer.may(Permission<Triage, Need>.triage, need)
            let topic = stage.reference.subTopics.best(for: source.text, in: domain)?.topic.code
            try stage.intake.triage(need, Triage(domain: domain, subTopic: topic, urgency: said, by: may.person, at: triaged), by: may, in: tx)
        }
        if goal == .referred {
            try await stage.database.write { tx in 
                let need = try tx.lock(need.id)
                try stage.intake.refer(
                    need, to: "12345政务服务便民热线", because: "这件事归政府部门直接办，打12345说明情况，会派到对口的科室，比我们转得快。",
                    by: try house.officer.may(Permission<Referral, Need>.refer, need), in: tx, now: triaged + .hours(3))
            }
            return nobody
        }
        let proposed = triaged + .minutes(1)
        let ladder = stage.ladder
        let proposal = try await stage.database.write { tx in try ladder.propose(need.id, in: tx, now: proposed, by: .system) }
        guard let proposal, let place = proposal.places.first(where: { !$0.isRival }), goal > .proposed else { return nobody }
        // An urgent need was offered by itself; the others are chosen by their owner.
        let chosen = proposed + .hours(dice.roll(1...6))
        let answered = chosen + .minutes(dice.roll(20...100))
        let accepted = goal > .offered
        let opened = try await stage.database.write { tx -> (expert: ID<Person>, id: ID<Case>?) in
            var need = try tx.lock(need.id)
            if try tx.openOffer(for: need.id) == nil { try ladder.choose(need, place.expert, by: try asker.viewer.may(.choose, need), in: tx, now: chosen, address: "") }
            need = try tx.lock(need.id)
            guard let offer = try tx.openOffer(for: need.id) else { return (place.expert, nil) }
            guard accepted else { return (offer.expert, nil) }
            return (offer.expert, try ladder.answer(offer.id, .accepted, reason: "", by: .person(offer.expert), in: tx, now: min(answered, offer.due - .minutes(5)), address: ""))
        }
        let lived = Lived(asker: asker, expert: opened.expert, serviceCase: opened.id)
        guard let id = opened.id, goal > .accepted else { return lived }
        let lines = world.conversations[source.key] ?? []
        let advice = world.solutions[source.key] ?? Self.advice(domain, source.text)
        let words = world.feedback[source.key]
        let expert = Cast.Part.viewer(opened.expert, experts[opened.expert]?.name ?? "", .expert, house.institution, region: asker.region)
        let undertaken = answered + .minutes(40)
        let gap = dice.roll(1...5)
        let scales = [dice.roll(3...5), dice.roll(4...5), dice.roll(3...5)]
        let meets = goal >= .meeting && (lines.isEmpty ? dice.roll(0...2) == 0 : true)
        let verdict = words.flatMap { Verdict(rawValue: $0.outcome) } ?? [.solved, .solved, .solved, .partly, .solved, .not][dice.roll(0...5)]
        let (days, now) = (stage.reference.workingDays, stage.now)
        let followUpResult = dice.roll(0...1) == 0
        let hours = Hours(asker: asker.viewer, expert: expert, head: house.head, days: days, now: now, fate: goal == .solution ? 15 : goal == .notSolved ? (gap % 2 == 0 ? 18 : 13) : dice.roll(0...19))
        try await stage.database.write { tx in
            func expertly(_ at: Instant) -> CaseDeeds { CaseDeeds(id, Occasion(expert, at: at, days: days), in: tx) }
            func asking(_ at: Instant) -> CaseDeeds { CaseDeeds(id, Occasion(asker.viewer, at: at, days: days), in: tx) }
            try expertly(undertaken).undertake()
            var at = undertaken + .minutes(15)
            let said = goal == .talking ? lines.prefix(max(2, lines.count - gap)) : lines[...]
            for line in said {
                let then = min(at, now - .minutes(3))
                try (line.speaker == "expert" ? expertly(then) : asking(then)).say(line.text)
                at = at + .hours(Int(gap) + 1)
            }
            if goal == .meeting { _ = try expertly(min(at, now - .minutes(2))).propose(.telephone, place: "", minutes: Minutes(60), times: [Instant(now.day + 2, 14), Instant(now.day + 3, 9, 30)]) }
            guard goal > .meeting else { return }
            let begins = Instant(min(at, now - .hours(5)).day, 9 + gap)
            if meets, begins > undertaken + .hours(2) {
                let proposed = max(begins - .hours(20), undertaken + .minutes(20))
                let meeting = try expertly(proposed).propose([.telephone, .video, .onSite][gap % 3], place: gap % 3 == 0 ? "" : gap % 3 == 1 ? "腾讯会议 333 444 555" : "厂里会议室", minutes: Minutes(60), times: [begins])
                func deeds(_ viewer: Viewer, _ at: Instant) -> MeetingDeeds { MeetingDeeds(meeting, Occasion(viewer, at: at, days: days), in: tx) }
                // Two of the same person's meetings may fall together: then this one is not held.
                if (try? deeds(asker.viewer, proposed + .hours(1)).agree(at: begins)) != nil {
                    let over = begins + .minutes(32 + gap * 12)
                    try deeds(expert, begins + .minutes(2)).begin()
                    try hours.witness(meeting, [.telephone, .video, .onSite][gap % 3], at: begins + .minutes(3), tx)
                    try deeds(expert, over).end()
                    try hours.session(meeting, over: over, tx)
                }
            }
            at = at + .hours(20)
            let handed = min(at, now - .hours(2))
            try expertly(handed).solve(
                situation: advice.situation, analysis: advice.analysis, advice: advice.advice, steps: Solution.read(steps: advice.steps.replacing(";;", with: "\n")))
            try hours.solution(id, handed: handed, minutes: 40 + gap * 15, tx)
            guard goal > .solution else { return }
            let closed = min(handed + .hours(20 * gap), now - .hours(1))
            let word: Verdict = goal == .notSolved ? .not : verdict == .not ? .partly : verdict
            try asking(closed).close { may in
                Closure(
                    verdict: word, advice: scales[0], contact: scales[1], speed: scales[2], words: words?.words ?? "", noCharge: true, baseline: "", target: "", by: may.person, at: closed)
            }
            try expertly(min(closed + .hours(3), now - .minutes(1))).declare()
            if goal == .closed, now - closed > .days(32), followUpResult || now - closed > .days(36) { try asking(closed + .days(31)).followUp(word, result: "") }
        }
        return lived
    }

    /// What a short answer looks like where no conversation was written down: general, careful, true.
    private static func advice(_ domain: Domain, _ text: String) -> World.Advice {
        let (analysis, advice, steps): (String, String, String) =
            switch domain {
            case .policy: ("政策按最新文件执行，各地口径有差别，关键看条件是否都满足、材料是否齐。", "先对照条件逐条打勾，缺的先补；拿不准的打主管部门电话问清，再申报。", "对照文件逐条核条件|企业|三天内;;把缺的材料列成清单补齐|企业|两周内;;申报前给专家看一遍|专家|申报前")
            case .law: ("先看有没有书面约定和履行的证据，再看是否过了时效。事实不清的地方要靠材料说话。", "把合同、付款凭证、聊天记录按时间排好；能协商先协商，协商不成再走调解、仲裁或诉讼。", "按时间整理全部材料|企业|一周内;;书面通知对方并留存送达凭证|企业|两周内;;协商不成，带材料找律师或调解组织|企业|一个月内")
            case .finance: ("先把账理清：现金流、应收应付、已有的抵押和担保。银行看的是流水和还款来源。", "把三张表和近六个月流水准备好，多问两家；不碰要先交费的“中介”。", "整理近六个月流水和报表|会计|一周内;;约两家银行谈|企业|两周内;;比较利率、期限和附加条件再定|企业|一个月内")
            case .management: ("问题多半不在人，在流程：谁交给谁、什么时候交、交成什么样没有说清。", "先把最乱的一段画出来，定一个人管、一张表记，跑两周再改下一段。", "画出现在的流程|企业和专家|三天内;;定责任人和交接单|企业|一周内;;每周看一次表，改一处|企业|连续四周")
            case .technology: ("先分清是设备、材料还是工艺，一次只改一个条件，记下数。", "按专家列的顺序逐项排查，每改一项打样留样，找到了再固化成作业指导书。", "列出可能原因和检查顺序|专家|两天内;;逐项试，做好记录|车间|两周内;;固化参数，写成作业指导书|企业|一个月内")
            case .innovation: ("先把要卖给谁、凭什么买、多久能收回本想清楚，手续反而是简单的一步。", "先小规模试，按试的结果再投；登记、税务、许可按清单一项项办。", "写一页纸：客户、产品、成本、回本|本人|一周内;;小规模试卖并记账|本人|一个月内;;按清单办登记和许可|本人|试卖后")
            }
        return World.Advice(situation: text, analysis: analysis, advice: advice, steps: steps)
    }
}

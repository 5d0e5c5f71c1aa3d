import Identity
import Languages
import Matching
import Needs
import Reference
import Storage
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Cases
@testable import Volunteers

@Suite("The ladder") struct LadderTests {
    @Test func `proposes five, stores what they were ranked by, and gives the owner the turn`() async throws {
        try await Street.on(experts: 8) { street in
            let need = try await street.proposed()
            let proposal = try #require(try await street.database.read { try $0.latestProposal(of: need) })
            #expect(proposal.places.count == 5 && proposal.round == 1)
            let ranking = try #require(try await street.database.read { try $0.ranking(of: proposal.id) })
            #expect(ranking.holds && ranking.replay() == ranking)
            #expect(ranking.places.prefix(5).map(\.id) == proposal.places.map(\.expert.text))
            #expect(ranking.inputs.count == 8)
            let turn = try #require(try await street.turn(Subject("need", need)))
            #expect(turn.holder == Cast.wang.party && turn.permission == "need.choose")
        }
    }

    @Test func `asks whom the owner chose by a summary without company, figures and place; a second choice is refused`() async throws {
        try await Street.on { street in
            let need = try await street.proposed()
            let places = try await street.places(need)
            try await street.choose(need, places[1])
            let offer = try #require(try await street.offer(need))
            #expect(offer.expert == places[1])
            for secret in ["鸿运", "18%", "13900000318", "台州", "王海燕"] { #expect(!offer.summary.contains(secret), "\(secret)") }
            #expect(offer.summary.contains("水路"))
            #expect(try await street.turns(need) == ["offer: Answer the invitation"])
            let turn = try #require(try await street.turn(offer.subject))
            #expect(!turn.isUrgent)
            #expect(turn.holder == .person(places[1]) && !turn.title.contains("鸿运"))
            await #expect(throws: Problem.self) { try await street.choose(need, places[0]) }
            try await street.choose(need, places[1])
            #expect(try await street.count("offer") == 1)
        }
    }

    @Test func `chosen from eight sides at once, 400 times each, makes one offer`() async throws {
        try await Street.on { street in
            let need = try await street.proposed()
            let places = try await street.places(need)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        for turn in 0..<400 {
                            do { try await street.choose(need, places[(side + turn) % places.count]) } catch let problem as Problem where problem.name == "choice.taken" {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await street.count("offer") == 1)
            #expect(try await street.count("open_offer") == 1)
            #expect(try await street.count("happening where kind = 'offer.made'") == 1)
            #expect(try await street.turns(need) == ["offer: Answer the invitation"])
        }
    }

    @Test func `accepted from eight sides at once, 400 times each, opens one case`() async throws {
        try await Street.on(experts: 2) { street in
            let need = try await street.proposed()
            try await street.choose(need, try #require(try await street.places(need).first))
            let offer = try #require(try await street.offer(need))
            let cases = try await withThrowingTaskGroup(of: Set<ID<Case>>.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var seen: Set<ID<Case>> = []
                        for _ in 0..<400 { if let id = try await street.answer(offer, .accepted) { seen.insert(id) } }
                        return seen
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            #expect(cases.count == 1)
            #expect(try await street.count("service_case") == 1)
            #expect(try await street.count("happening where kind = 'case.opened'") == 1)
        }
    }

    @Test func `accepted, declined and lapsed from eight sides at once: one answer, one case at most`() async throws {
        try await Street.on(experts: 2) { street in
            let need = try await street.proposed()
            try await street.choose(need, try #require(try await street.places(need).first))
            let offer = try #require(try await street.offer(need))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<8 {
                    group.addTask {
                        for turn in 0..<400 {
                            let wanted: Offer.Answer = [.accepted, .notNow, .passedOn, .lapsed][(side + turn) % 4]
                            do { try await street.answer(offer, wanted) } catch is Offer.Refusal {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await street.count("offer_answer where offer = \(offer.id)") == 1)
            let accepted = try await street.count("offer_answer where answer = 'accepted'")
            #expect(try await street.count("service_case") == accepted)
            #expect(try await street.turns(need).count == 1)
        }
    }

    @Test func `goes to the next on the list when one declines or does not answer, and a used-up list is made anew`() async throws {
        try await Street.on(experts: 7) { street in
            let need = try await street.proposed()
            let places = try await street.places(need)
            try await street.choose(need, places[0])
            try await street.answer(try #require(try await street.offer(need)), .notNow)
            #expect(try await street.offer(need)?.expert == places[1])
            // Late: on to the next, and the answer that comes too late is refused.
            let late = try #require(try await street.offer(need))
            street.clock.set(late.due + .minutes(1))
            await #expect(throws: Offer.Refusal.self) { try await street.answer(late, .accepted) }
            try await Street.ladder.lapse(street.database, now: street.clock.now)
            #expect(try await street.offer(need)?.expert == places[2])
            for place in 3...4 {
                try await street.answer(try #require(try await street.offer(need)), .passedOn, reason: "专长不合")
                #expect(try await street.offer(need)?.expert == places[place])
            }
            try await street.answer(try #require(try await street.offer(need)), .notNow)
            // Five have passed: a new list of the two who are left, and the owner chooses.
            #expect(try await street.offer(need) == nil)
            #expect(Set(try await street.places(need)) == Set(street.experts).subtracting(places))
            #expect(try await street.turns(need) == ["need: Choose an expert"])
        }
    }

    @Test func `keeps a need that nobody can take, and matches it again when somebody is back`() async throws {
        try await Street.on(experts: 1) { street in
            let (expert, today) = (street.experts[0], street.clock.now.day)
            try await street.write { tx in _ = try tx.run("insert into expert_pause (person, from_day, until_day, at) values (\(expert), \(today), \(today + 5), 1)") }
            let need = try await street.proposed()
            let turn = try #require(try await street.turn(Subject("need", need)))
            #expect(turn.holder == .organisation(Cast.institution) && turn.permission == "need.propose")
            try await Street.ladder.matchAgain(street.database, now: street.clock.now)
            #expect(try await street.places(need).isEmpty)
            street.clock.pass(.days(7))
            try await Street.ladder.matchAgain(street.database, now: street.clock.now)
            #expect(try await street.places(need) == [expert])
            #expect(try await street.turns(need) == ["need: Choose an expert"])
        }
    }

    @Test func `shows nothing to any expert without the owner's consent, which the need waits for with its owner (P4)`() async throws {
        try await Street.on { street in
            let now = street.clock.now
            try await street.write { try $0.withdraw(Cast.wang.id, from: .service, now: now) }
            let need = try await street.proposed()
            #expect(try await street.database.read { try $0.latestProposal(of: need) } == nil)
            let turn = try #require(try await street.database.read { try $0.turn(of: Subject("need", need)) })
            #expect(turn.holder == Cast.wang.party && turn.permission == "need.takeOver")
            try await street.write { tx in
                try tx.consent(Cast.wang.id, to: .service, now: now)
                _ = try Street.ladder.propose(need, in: tx, now: now, by: .system)
            }
            #expect(try await street.database.read { try $0.latestProposal(of: need)?.places.count } == 5)
            // Taken back after the list was made: who declines is followed by nobody.
            let first = try #require(try await street.database.read { try $0.latestProposal(of: need)?.places.first?.expert })
            try await street.choose(need, first)
            try await street.write { try $0.withdraw(Cast.wang.id, from: .service, now: now) }
            let offer = try #require(try await street.database.read { try $0.openOffer(for: need) })
            try await street.write { _ = try Street.ladder.answer(offer.id, .notNow, reason: "", by: .person(first), in: $0, now: now + .minutes(5), address: "") }
            #expect(try await street.database.read { try $0.openOffer(for: need) } == nil)
            #expect(try await street.database.read { try $0.turn(of: Subject("need", need))?.permission } == "need.takeOver")
        }
    }

    @Test func `gives a recalled invitation back to the owner's choice`() async throws {
        try await Street.on { street in
            let need = try await street.proposed()
            let places = try await street.places(need)
            try await street.choose(need, places[0])
            let offer = try #require(try await street.offer(need))
            try await street.answer(offer, .recalled)
            #expect(try await street.turns(need) == ["need: Choose an expert"])
            await #expect(throws: Offer.Refusal.self) { try await street.answer(offer, .accepted) }
            try await street.choose(need, places[2])
            #expect(try await street.offer(need)?.expert == places[2])
        }
    }

    @Test func `takes an urgent need to the expert on duty at once, even when others rank higher`() async throws {
        try await Street.on(experts: 12) { street in
            let today = street.clock.now.day
            let calm = try await street.proposed()
            let others = Set(try await street.places(calm))
            let duty = try #require(street.experts.first { !others.contains($0) })
            try await street.write { tx in try tx.setDuties([Duty(institution: Cast.institution, day: today, person: duty, kind: .expert)], of: Cast.institution, on: [today]) }
            for _ in 0..<2 {
                let need = try await street.proposed(.now)
                let offer = try #require(try await street.offer(need))
                #expect(offer.expert == duty && offer.due == street.clock.now + .hours(2))
                #expect(try await street.turn(offer.subject)?.isUrgent == true)
                try await street.withdraw(need)
            }
        }
    }

    @Test func `asks the owner when all who fit an urgent need are from rival companies`() async throws {
        try await Street.on(experts: 0) { street in
            let now = street.clock.now
            let need = try await street.write { tx -> ID<Need> in
                try Street.enter(50, tx, now, industry: "29")
                let facts = Enterprise.Facts(kind: .enterprise, name: "鸿运塑胶", creditCode: "91330106MA2AL0217A", industry: "29", persons: 20, revenue: 500, assets: nil, region: Cast.region, size: .small)
                let company = try tx.findOrMake(enterprise: facts, now: now)
                let need = try Street.intake.take(
                    .init(asker: Cast.wang.id, enterprise: company, companyName: nil, region: Cast.region, statement: "停产了，模具坏了，快来", domain: nil, urgency: .now, expert: nil, source: .init(.web), by: Cast.wang.party),
                    in: tx, now: now, address: "")
                let may = try Street.officer.may(Permission<Triage, Need>.triage, need)
                try Street.intake.triage(need, Triage(domain: .technology, subTopic: nil, urgency: .now, by: may.person, at: now), by: may, in: tx)
                _ = try Street.ladder.propose(need.id, in: tx, now: now, by: .system)
                return need.id
            }
            #expect(try await street.offer(need) == nil)
            #expect(try await street.turns(need) == ["need: Choose an expert"])
            let turn = try #require(try await street.turn(Subject("need", need)))
            #expect(turn.isUrgent && turn.company != nil)
            let rival = try #require(try await street.places(need).first)
            await #expect(throws: Problem.self) { try await street.choose(need, rival) }
            try await street.write { tx in try tx.agree(toRival: rival, need: need, by: Cast.wang.id, now: now) }
            try await street.choose(need, rival)
            #expect(try await street.offer(need)?.expert == rival)
        }
    }

    @Test func `in a matter of law asks for the other side, a name or "none", and tells an expert who is asked without it`() async throws {
        try await Street.on { street in
            let need = try await street.proposed()
            try await street.write { tx in for table in ["need_triage set domain", "expert set domains"] as [SQL] { try tx.run("update \(table) = 'law'") } }
            let expert = try #require(try await street.places(need).first)
            let (owner, asked) = (street.house.browser(as: Street.owner), street.house.browser(as: Street.expert(expert)))
            try await owner.open(ProposalPages.page(need))
            let refused = try await owner.post(ProposalPages.choice(need), ["expert": expert.text])
            #expect(refused.status == 422 && refused.has("没有对方就写“无”"))
            #expect(try await street.offer(need) == nil)
            try await owner.post(ProposalPages.choice(need), ["expert": expert.text, "opponent": "鸿运模具厂"])
            let offer = try #require(try await street.offer(need))
            #expect(try await asked.open(Offer.page(offer.id)).has("鸿运模具厂"))
            // An urgent one went to the expert on duty before anybody was asked.
            try await street.write { tx in _ = try tx.run("delete from need_opponent") }
            #expect(try await asked.open(Offer.page(offer.id)).has("还没有问到对方当事人是谁"))
            #expect(!(try await street.house.browser(as: Street.officer).open(Offer.page(offer.id)).has("还没有问到对方当事人是谁")))
        }
    }
}

import Identity
import Languages
import Papers
import Reference
import Storage
import Values
import Volunteers
import Web

/// Papers of the demonstration in every standing, so that checking them can be tried: letters of five experts, of which one
/// is valid, one has expired, one was replaced, one is suspended, one was revoked. Each rests on a service agreement.
struct Sheaf {
    let stage: Stage
    let house: Stage.House
    let experts: [ID<Person>: Expert]

    func tie() async throws {
        guard let head = house.head.person else { throw WorldFailure.noData }
        let (now, by) = (stage.now, Party.person(head))
        let people = experts.values.sorted { $0.enteredAt < $1.enteredAt }.prefix(5)
        for (place, expert) in people.enumerated() {
            let begin = now - .days(380 - place)
            let until = place == 1 ? now.day + -15 : begin.day + 1095
            let draft = letter(expert, from: begin.day, until: until)
            try await stage.database.write { tx in
                let agreement = try tx.offerAgreement(
                    to: expert, .init(hours: 40, ways: .both, domains: expert.domains, from: begin.day, until: min(until, expert.appointment?.until ?? until)), by: head, at: begin - .days(2))
                for (side, person, at) in [(ServiceAgreement.Side.expert, expert.person, begin - .days(1)), (.institution, head, begin - .hours(20))] {
                    let signed = try tx.agreement(agreement.id) ?? agreement
                    try tx.keep(ServiceAgreement.Signature(by: person, at: at, proved: at), side, of: signed, name: expert.name)
                }
                let paper = try tx.issue(draft, by: by, at: begin)
                switch place {
                case 2: try tx.replace(paper.id, with: letter(expert, from: (now - .days(30)).day, until: until), by: by, at: now - .days(30))
                case 3: try tx.suspend(paper.id, reason: "本人工作单位有变，正在核实", by: by, at: now - .days(3))
                case 4: try tx.revoke(paper.id, reason: "本人辞聘", by: by, at: now - .days(60))
                default: break
                }
            }
        }
    }

    private func letter(_ expert: Expert, from: Day, until: Day) -> Paper.Draft {
        VolunteerPaper.draft(
            expert, expert.appointment?.id ?? ID(at: stage.now), from: from, until: until, team: "浙江省中小企业专家志愿服务团")
    }
}

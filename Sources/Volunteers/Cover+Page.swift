import Identity
import Languages
import Markup
import Storage
import Values
import Web

extension Policy {
    static let insurer = Field<String>.text("insurer", Words("保险公司", "Insurer"), longest: 60)
    static let number = Field<String>.text("number", Words("保单号", "Policy number"), longest: 60)
    static let from = Field<Day>.day("from", Words("保险从", "From"))
    static let until = Field<Day>.day("until", Words("保险到", "Until"), hint: Words("最后一天", "Its last day"))
    static let expert = Field<ID<Person>>("expert", Words("投保的专家", "Experts to insure"), .ticks([])) { (typed: String) throws(Wrong) -> ID<Person> in
        guard let id = ID<Person>(typed) else { throw Wrong("请从名单里选", "Please choose from the list") }
        return id
    }
    static let start = Field<Day>.day("start", Words("从哪一天起", "Insured from"))

    static func showList(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let (viewer, today) = (visit.viewer, visit.now.day)
        let scope = viewer.scope(Permission<Policy, Policy>.see.grants, institution: "institution", region: "region", own: { _, _ in nil })
        let expertScope = viewer.expertScope
        let (policies, experts) = try await visit.read { reader in
            let people = try reader.serving(scope: expertScope, on: today, limit: 500)
            let ready = try reader.readiness(of: people, on: today)
            return (try reader.policies(scope: scope, limit: 100), try reader.experts(people.filter { ready[$0]?.isReady != true }).map { ($0, ready[$0.person] ?? .untrained) })
        }
        let mayInsure = viewer.mayKnock(Permission<Policy, Policy>.insure.grants)
        return .page(
            Page(
                Words("保险和培训", "Insurance and training"), word: "experts", back: (Roster.page(), Words("专家名册", "Experts")), wrongs: form.wrongs.count,
                """
                \(title(Words("保险和培训", "Insurance and training"), "\(Words("没有当天有效的意外保险、没做上岗培训的专家，约不了入企服务。", "Without insurance for the day and training, no service on site can be agreed."))"))
                \(form.summary)
                <div class="cols"><div class="stack">
                <h2>\(Words("还不能入企的专家", "Not ready for service on site"))</h2>
                \(experts.isEmpty ? "<p>\(Words("在任的专家都可以入企。", "All who serve are ready."))</p>" as HTML : "<ul class=\"list\">\(each: experts, { expert, readiness in "<li><a class=\"hit\" href=\"\(Expert.staffPage(expert.person))\"><span><b>\(expert.name)</b><br><span class=\"small soft\">\(readiness.words)</span></span></a>\(mayInsure && readiness == .untrained && expert.person != viewer.person ? button(Policy.training(expert.person), Words("记下\(expert.name)做过培训", "\(expert.name) is trained"), kind: "btn quiet") : nil)</li>" })</ul>" as HTML)
                <h2>\(Words("保单", "Policies"))</h2>
                \(policies.isEmpty ? "<p class=\"soft\">\(Words("还没有保单。登记一份，再选投保的专家，当天就可以约入企。", "No policy yet. Enter one and choose who is insured; from that day service on site can be agreed."))</p>" as HTML : "<ul class=\"list\">\(each: policies, { policy in "<li><a class=\"hit\" href=\"\(Policy.page(policy.id))\"><span><b>\(policy.insurer)</b>\(Words("　", " · "))\(policy.number)<br><span class=\"small soft\">\(policy.from.date(to: policy.until))</span></span></a></li>" })</ul>" as HTML)
                </div>
                \(mayInsure ? """
                    <section class="panel"><h2>\(Words("登记一份保单", "Enter a policy"))</h2>
                    \(Web.form(list(), "\(form.show(insurer))\(form.show(number))\(form.show(from))\(form.show(until))<p><button class=\"btn go\">\(Words("登记保单", "Enter the policy"))</button></p>"))</section>
                    """ as HTML : nil)
                </div>
                """))
    }

    static func take(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["insurer", "number", "from", "until"])
        let (insurer, number, from, until) = (form.value(insurer), form.value(number), form.value(Policy.from), form.value(Policy.until))
        if let from, let until, until < from { form.wrong(Policy.until, Wrong("最后一天不能早于第一天", "The last day is not before the first")) }
        guard form.isGood, let insurer, let number, let from, let until else { return try await showList(visit, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let may = try viewer.may(Permission<Policy, Policy>.insure)
                guard let institution = may.organisation, let found = try tx.organisation(institution), found.kind == .institution else { throw Problem.notFound }
                guard try !tx.knowsPolicy(of: institution, insurer: insurer, number: number) else { throw Known() }
                let policy = Policy(id: ID(at: now), institution: institution, region: found.region, insurer: insurer, number: number, from: from, until: until, by: may.person, at: now)
                try tx.take(policy, from: address)
                return Policy.page(policy.id)
            }
            return .see(link, saying: Words("保单登记好了，请选投保的专家", "The policy is entered; now choose who is insured"))
        } catch is Known {
            form.wrong(Policy.number, Wrong("这份保单登记过了，在名单里", "This policy is entered already; it is in the list"))
            return try await showList(visit, form)
        }
    }

    private struct Known: Error {}

    private static let ownTraining = Problem(
        "ownTraining", status: 403, Words("自己的培训由同事来记", "Your own training is for a colleague to note"), Words("请另一位同事来办。", "Please ask a colleague."))

    static func showPage(_ visit: Visit, _ id: ID<Policy>, _ form: Form? = nil) async throws -> Answer {
        let (viewer, today) = (visit.viewer, visit.now.day)
        let (policy, insured, others) = try await visit.read { reader in
            guard let policy = try reader.policy(id) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Policy, Policy>.see, policy)
            let insured = try reader.insured(by: id)
            let known = Set(insured.map(\.person))
            return (policy, insured, try reader.experts(of: policy.institution, appointedOn: today).filter { !known.contains($0.person) })
        }
        var form = form ?? Form()
        form.fill(start, "\(max(today, policy.from))")
        let ticks = Field<ID<Person>>("expert", expert.label, .ticks(others.map { Choice($0.person.text, Words(same: $0.name)) })) { (typed: String) throws(Wrong) -> ID<Person> in
            guard let id = ID<Person>(typed) else { throw Wrong("请从名单里选", "Please choose from the list") }
            return id
        }
        let mayInsure = viewer.could(Permission<Policy, Policy>.insure, policy) && policy.until >= today
        return .page(
            Page(
                Words(same: policy.insurer), word: "experts", width: .narrow, back: (list(), Words("保险和培训", "Insurance and training")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: policy.insurer), "\(policy.number)\(Words("　", " · "))\(policy.from.date(to: policy.until))"))
                \(form.summary)
                <h2>\(Words("投保的专家，\(insured.count)位", "Insured: \(insured.count)"))</h2>
                \(insured.isEmpty ? "<p class=\"soft\">\(mayInsure ? Words("还没有人。在下面选投保的专家。", "Nobody yet. Choose the experts to insure below.") : Words("还没有人。", "Nobody yet."))</p>" as HTML : names(insured, policy))
                \(mayInsure && !others.isEmpty ? "<h2>\(Words("加人", "Add people"))</h2>\(Web.form(people(id), "\(form.show(ticks))\(form.show(start))<p><button class=\"btn go\">\(Words("加进这份保单", "Add them to this policy"))</button></p>"))" as HTML : nil)
                """))
    }

    /// Most are insured for as long as the policy runs: a name is enough, and a date stands where it differs.
    private static func names(_ insured: [(person: ID<Person>, name: String, from: Day, until: Day)], _ policy: Policy) -> HTML {
        """
        <ul class="m6 grid mt near">\(each: insured, { one in
            let dates: HTML? = one.from == policy.from && one.until == policy.until ? nil : "<br><span class=\"small soft\">\(one.from.date(to: one.until))</span>"
            return "<li><a class=\"btn quiet\" href=\"\(Expert.staffPage(one.person))\">\(one.name)</a>\(dates)</li>"
        })</ul>
        """
    }

    static func insure(_ visit: Visit, _ id: ID<Policy>) async throws -> Answer {
        var form = try await visit.form(["expert", "start"], several: ["expert"])
        let chosen = form.all(expert)
        if chosen.isEmpty { form.wrong(expert, Wrong("至少选一位", "Choose at least one")) }
        guard let start = form.value(start), form.isGood else { return try await showPage(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            guard let policy = try tx.policy(id) else { throw Problem.notFound }
            let may = try viewer.may(Permission<Policy, Policy>.insure, policy)
            // Of one's own institution alone.
            let ours = try tx.experts(chosen).filter { $0.institution == policy.institution }.map(\.person)
            guard ours.count == Set(chosen).count else { throw Problem.notFound }
            try tx.insure(ours, by: policy, from: start, person: may.person, at: now, address: address)
            return Policy.page(id)
        }
        return .see(link, saying: Words("加好了", "Added"))
    }

    static func train(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<Policy, Expert>.train, expert)
            // Who was trained is said by somebody else (A7).
            if let one = try tx.oneHuman(may.person, among: [person], called: [expert.name]) { throw one.problem(ownTraining) }
            try tx.train(person, on: now.day, by: may.person, at: now, address: address)
            return Policy.list()
        }
        return .see(link, saying: Words("记下了", "Noted"))
    }
}

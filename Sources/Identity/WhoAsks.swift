import Languages
package import Reference
package import Storage
package import Values
package import Web

/// Who states a need: a company, a self-employed person, or somebody still founding, who has no company at all.
/// The part of a form that Needs puts under its own.
package enum WhoAsks {
    /// The name of the person, in what capacity they speak, and what they agreed to just now.
    package struct Asker: Sendable {
        package let name: String
        /// Nil for who founds.
        package let capacity: Speaker.Capacity?
        package let consents: Set<Consent.Purpose>

        package init(name: String, capacity: Speaker.Capacity?, consents: Set<Consent.Purpose>) {
            self.name = name
            self.capacity = capacity
            self.consents = consents
        }
    }

    package enum Answer: Sendable {
        case founding(region: String, plan: String?, by: Asker)
        case selfEmployed(Enterprise.Facts, by: Asker)
        case enterprise(Enterprise.Facts, by: Asker)
        /// One of the companies that the person speaks for, or asks to.
        case known(Enterprise, by: Asker)

        package var asker: Asker {
            switch self {
            case .founding(_, _, let by), .selfEmployed(_, let by), .enterprise(_, let by), .known(_, let by): by
            }
        }

        package var region: String {
            switch self {
            case .founding(let region, _, _): region
            case .selfEmployed(let facts, _), .enterprise(let facts, _): facts.region
            case .known(let enterprise, _): enterprise.region
            }
        }

        package var industry: String? {
            switch self {
            case .founding: nil
            case .selfEmployed(let facts, _), .enterprise(let facts, _): facts.industry
            case .known(let enterprise, _): enterprise.industry
            }
        }
    }

    /// What the house knows of the person who is asked.
    package struct Context: Sendable {
        let places: Places
        let speaking: [Enterprise]
        let given: Set<Consent.Purpose>
        let name: String?

        package init(places: Places, speaking: [Enterprise] = [], given: Set<Consent.Purpose> = [], name: String? = nil) {
            self.places = places
            self.speaking = speaking
            self.given = given
            self.name = name
        }
    }

    /// The fields that `visit.form` lets in.
    package static let names = [
        "who", "company", "creditCode", "industry", "persons", "revenue", "assets", "province", "region", "plan", "name", "capacity",
        "consentService", "consentTraining", "sizeSeen",
    ]

    enum Kind: String, CaseIterable { case enterprise, selfEmployed, founding }

    // MARK: Fields

    static func who(_ context: Context) -> Field<String> {
        let known = context.speaking.map { Choice("known:\($0.id)", Words(same: $0.name), hint: $0.kind.words) }
        let kinds = [
            Choice(Kind.enterprise.rawValue, known.isEmpty ? Words("企业", "A company") : Words("另一家企业", "Another company"), hint: Words("有营业执照的公司、厂、合作社", "With a business licence: company, works, co-operative")),
            Choice(Kind.selfEmployed.rawValue, Words("个体工商户", "A self-employed business"), hint: Words("店、摊、作坊、工作室", "Shop, stall, workshop, studio")),
            Choice(Kind.founding.rawValue, Words("还在筹备，没有注册", "Still founding, nothing registered"), hint: Words("一样可以得到服务", "The service is for you too")),
        ]
        let allowed = Set((known + kinds).map(\.value))
        return Field("who", Words("您代表谁", "Whom do you speak for?"), .radios(known + kinds)) { typed throws(Wrong) in
            guard allowed.contains(typed) else { throw Wrong("请从上面选一个", "Please choose one of these") }
            return typed
        }
    }

    static let company = Field<String>.text("company", Words("企业或店铺名称", "Name of the business"), hint: Words("和营业执照上一样", "As on the licence"), longest: 60, shortest: 2, control: .line(autocomplete: "organization"))
    static let creditCode = Field<String>("creditCode", Words("统一社会信用代码", "Unified social credit code"), hint: Words("营业执照上的18位；个体工商户没有可以不填", "The 18 characters on the licence; self-employed without one leave it out"), .line()) { typed throws(Wrong) in
        do throws(CreditCode.Flaw) { return try CreditCode(typed).text } catch { throw Wrong(error.words) }
    }
    static let persons = Field<Int>.number("persons", Words("从业人员", "Persons employed"), hint: Words("包括您自己和临时工", "Yourself and temporary staff included"), in: 0...5_000_000)
    static let revenue = Field<Int>.number("revenue", Words("上年营业收入（万元）", "Revenue last year (10,000 yuan)"), in: 0...500_000_000)
    static let assets = Field<Int>.number("assets", Words("资产总额（万元）", "Total assets (10,000 yuan)"), in: 0...500_000_000)
    static let plan = Field<String>.text("plan", Words("打算做什么", "What you plan to do"), hint: Words("如：社区烘焙店", "Such as a neighbourhood bakery"), longest: 60)
    static let name = Field<String>.text("name", Words("您的姓名", "Your name"), hint: Words("专家接单以后才看得到", "Experts see it only once they have accepted"), longest: 30, control: .line(autocomplete: "name"))
    static let capacity = Field<Speaker.Capacity>.choice("capacity", Words("您是", "You are"), of: Speaker.Capacity.allCases) { $0.words }
    static let consentService = Field<Bool>.tick("consentService", Consent.Purpose.service.words)
    static let consentTraining = Field<Bool>.tick("consentTraining", Consent.Purpose.training.words)

    /// Divisions, and of real estate and storage the groups, because there the size rules differ within the division.
    static func industry(_ reference: Reference) -> Field<String> {
        Field("industry", Words("行业", "Industry"), hint: Words("收入最多的那一类", "The one that earns most"), .select([])) { typed throws(Wrong) in
            guard reference.industries[typed].map({ !$0.isSection }) == true else { throw Wrong("请从列表里选一个行业", "Please choose an industry from the list") }
            return typed
        }
    }

    static func industries(_ reference: Reference) -> Menu {
        Menu(
            reference.industries.sections.map { section in
                Menu.Group(section.name, reference.industries.divisions(of: section.code).flatMap { division in groups[division.code] ?? [Choice(division.code, division.name)] })
            })
    }

    private static let groups: [String: [Choice]] = [
        "70": [
            Choice("7010", Words("房地产开发经营", "Real estate development")), Choice("7020", Words("物业管理", "Property management")),
            Choice("7030", Words("房地产中介服务", "Real estate agencies")), Choice("7040", Words("房地产租赁经营", "Real estate leasing")),
            Choice("7090", Words("其他房地产业", "Other real estate")),
        ]
    ]

    // MARK: Reading

    /// The answer; nil while something is to be corrected, while the computed size has not been seen, and for a large
    /// company, which is referred elsewhere: the page is then shown again (`form.wrongs` says whether with a 422).
    /// `onBehalf`: somebody else says it for them; only the person can consent, so nothing of the kind is read.
    package static func read(_ form: inout Form, _ context: Context, _ reference: Reference, onBehalf: Bool = false) -> Answer? {
        let seen = form.text("sizeSeen")
        let chosen = form.value(who(context))
        var answer: Answer?
        switch chosen {
        case nil: break
        case Kind.founding.rawValue:
            let region = form.value(Places.field(reference))
            let plan = form.optional(plan)
            let by = asker(&form, context, wantsCapacity: false, onBehalf: onBehalf)
            if let region, let by { answer = .founding(region: region.text, plan: plan, by: by) }
        case Kind.enterprise.rawValue, Kind.selfEmployed.rawValue:
            let kind: Enterprise.Kind = chosen == Kind.enterprise.rawValue ? .enterprise : .selfEmployed
            let found = facts(&form, kind, reference)
            let by = asker(&form, context, wantsCapacity: true, onBehalf: onBehalf)
            guard let (facts, verdict) = found, let by else { break }
            if case .classed(let size, _) = verdict, size == .large || seen != size.rawValue { break }
            answer = kind == .enterprise ? .enterprise(facts, by: by) : .selfEmployed(facts, by: by)
        case let known?:
            let enterprise = context.speaking.first { "known:\($0.id)" == known }
            let by = asker(&form, context, wantsCapacity: false, onBehalf: onBehalf)
            if let enterprise, let by { answer = .known(enterprise, by: by) }
        }
        return form.isGood ? answer : nil
    }

    /// The business as typed, and what the size rules say of it.
    static func facts(_ form: inout Form, _ kind: Enterprise.Kind, _ reference: Reference) -> (Enterprise.Facts, SizeVerdict)? {
        let name = form.value(company)
        let code = kind == .enterprise ? form.value(creditCode) : form.optional(creditCode)
        let industry = form.value(industry(reference))
        let persons = kind == .enterprise ? form.value(persons) : form.optional(persons)
        let (revenue, assets) = (form.optional(revenue), form.optional(assets))
        let region = form.value(Places.field(reference))
        guard let name, let industry, let region else { return nil }
        let verdict = reference.sizeRules.verdict(industry: industry, SizeFigures(persons: persons, revenue: revenue, assets: assets))
        var size: SizeClass?
        switch verdict {
        case .classed(let found, _): size = found
        case .notClassed: break
        case .needsIndustry(let words): form.wrong(self.industry(reference), Wrong(words))
        case .needs(let missing, let words):
            // The self-employed are classed by reference only; of a company the figures are wanted, the persons first: they may do.
            guard kind == .enterprise, persons != nil else { break }
            if missing.contains(.revenue), form.text("revenue") == nil { form.wrong(self.revenue, Wrong(words)) }
            if missing.contains(.assets), form.text("assets") == nil { form.wrong(self.assets, Wrong(words)) }
        }
        guard form.isGood else { return nil }
        return (
            Enterprise.Facts(
                kind: kind, name: name, creditCode: code, industry: industry, persons: persons, revenue: revenue, assets: assets, region: region.text,
                size: size), verdict
        )
    }

    private static func asker(_ form: inout Form, _ context: Context, wantsCapacity: Bool, onBehalf: Bool) -> Asker? {
        let name = form.value(name)
        let capacity = wantsCapacity ? form.value(capacity) : nil
        var consents: Set<Consent.Purpose> = []
        if !onBehalf, !context.given.contains(.service), form.ticked(consentService, orElse: Words("要专家帮忙，得先同意给他们看", "For an expert to help, they must be allowed to see it")) {
            consents.insert(.service)
        }
        if !onBehalf, !context.given.contains(.training), form.text(consentTraining.name) == "yes" { consents.insert(.training) }
        guard let name, !wantsCapacity || capacity != nil else { return nil }
        return Asker(name: name, capacity: capacity, consents: consents)
    }
}

extension Reader {
    /// What is known of the person who is about to say who they are.
    package func whoAsks(_ person: ID<Person>, on day: Day) throws -> WhoAsks.Context {
        let given = try Consent.Purpose.allCases.filter { try hasConsented(person, to: $0) }
        let name = try names(of: [person])[person]
        return WhoAsks.Context(
            places: try places(on: day), speaking: try speaking(person).map(\.enterprise), given: Set(given),
            // The name that a first sign-in makes up is nobody's.
            name: name?.hasPrefix("用户") == true || name?.hasPrefix("User ") == true ? nil : name)
    }
}

extension Transaction {
    /// Keeps the answer: name, consents, the business and who speaks for it. Founders have no enterprise. May be repeated.
    /// - Parameters:
    ///   - naming: false where somebody else says it for a person whose name is known: they rename nobody.
    ///   - enteredBy: whoever says it for the person, and in whose name it is recorded. They consent to nothing for anybody.
    package func settle(
        _ answer: WhoAsks.Answer, person: ID<Person>, naming: Bool = true, enteredBy: Party? = nil, now: Instant
    ) throws -> (enterprise: ID<Enterprise>?, state: SpeakerState) {
        let asker = answer.asker
        let by = enteredBy ?? .person(person)
        if naming { try name(person, asker.name, by: by, now: now) }
        for purpose in Consent.Purpose.allCases where enteredBy == nil && asker.consents.contains(purpose) { try consent(person, to: purpose, now: now) }
        switch answer {
        case .founding: return (nil, .none)
        case .known(let enterprise, _):
            let state = try speakerState(of: person, for: enterprise.id)
            guard state != .none else { throw Problem.notFound }
            return (enterprise.id, state)
        case .selfEmployed(let facts, _), .enterprise(let facts, _):
            let id = try mine(facts, person) ?? findOrMake(enterprise: facts, by: by, now: now)
            let state = try ask(person, toSpeakFor: id, asker.capacity ?? .agent, by: by, now: now)
            // Whoever merely types a code corrects nothing; who is confirmed, or alone with it from the first day, does.
            let isAlone = try !exists("select 1 from speaker where enterprise = \(id) and person <> \(person)")
            if state.isConfirmed || isAlone { try correct(id, facts, by: by, now: now) }
            return (id, state)
        }
    }

    /// A self-employed business without a code is known by its name among the person's own.
    private func mine(_ facts: Enterprise.Facts, _ person: ID<Person>) throws -> ID<Enterprise>? {
        guard facts.creditCode == nil else { return nil }
        return try speaking(person).first { $0.enterprise.kind == facts.kind && $0.enterprise.name == facts.name }?.enterprise.id
    }
}

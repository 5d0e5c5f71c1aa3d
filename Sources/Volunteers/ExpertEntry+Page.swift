import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

// The form by which an officer enters an expert, and the same form to correct one.

extension ExpertEntry {
    static let name = Field<String>.text("name", Words("姓名", "Name"), longest: 40)
    static let mobile = Field<MobileNumber>("mobile", Words("手机号", "Mobile number"), hint: Words("专家用它登录和收通知，不公开", "The expert signs in and gets notices with it; it is never public"), .line(type: "tel", keyboard: "numeric", short: true)) { (typed: String) throws(Wrong) -> MobileNumber in
        do throws(MobileNumber.Flaw) { return try MobileNumber(typed) } catch { throw Wrong(error.words) }
    }
    static let kind = Field<ExpertKind>.choice("kind", Words("专家类别", "Kind of expert"), of: ExpertKind.allCases, columns: true, words: \.words)
    static let standing = Field<Standing>.choice("standing", Words("在职还是退休", "In service or retired"), of: Standing.allCases, columns: true, words: \.words)
    static let domains = Field<Domain>("domains", Words("服务领域", "Fields of service"), hint: Words("可以多选", "One or several"), .ticks(Domain.allCases.map { Choice($0.rawValue, $0.words) })) { (typed: String) throws(Wrong) -> Domain in
        guard let domain = Domain(rawValue: typed) else { throw Wrong("请从上面选", "Please choose from these") }
        return domain
    }
    static let employer = Field<String>.text("employer", Words("单位", "Employer"), hint: Words("退休的写退休前的单位", "For somebody retired, the last one"), longest: 100)
    static let employerCode = Field<String>("employerCode", Words("单位统一社会信用代码", "Employer's credit code"), hint: Words("18位，用来回避：本单位的需求不推荐给本人", "18 characters; needs of their own employer are not offered to them"), .line()) { (typed: String) throws(Wrong) -> String in
        do throws(CreditCode.Flaw) { return try CreditCode(typed).text } catch { throw Wrong(error.words) }
    }
    static let industry = Field<String>("industry", Words("单位所属行业", "Employer's industry"), hint: Words("同行企业的需求要先问过企业", "Owners of rival firms are asked first"), .select(industries)) { (typed: String) throws(Wrong) -> String in
        guard let industry = Industries.bundled[typed], !industry.isSection else { throw Wrong("请从名单里选一个行业", "Please choose an industry from the list") }
        return industry.code
    }
    static let headline = Field<String>.text("headline", Words("名字下面的一句话", "Line below the name"), hint: Words("如：原省模具研究所总工程师，已退休", "In Chinese, as 原省模具研究所总工程师，已退休"), longest: 60)
    static let headlineEnglish = Field<String>.text("headlineEnglish", Words("这句话的英文", "The same line in English"), longest: 120)
    static let biography = Field<String>.area("biography", Words("简介", "Biography"), hint: Words("做过什么、能帮什么，企业看得懂的话", "What they did and can help with, in plain words"), longest: 1000)
    static let biographyEnglish = Field<String>.area("biographyEnglish", Words("简介的英文", "Biography in English"), longest: 2000)

    static func topics(_ domain: Domain) -> Field<String> {
        let all = SubTopics.bundled.of(domain)
        let known = Set(all.map(\.code))
        return Field(topicsName(domain), Words("\(domain.words.chinese)方面的专长", "Strengths in \(domain.words.english.lowercased())"), .ticks(all.map { Choice($0.code, $0.words) })) { (typed: String) throws(Wrong) -> String in
            guard known.contains(typed) else { throw Wrong("请从上面选", "Please choose from these") }
            return typed
        }
    }

    static func region(_ area: RegionCode) -> Field<RegionCode> { .region("region", Words("所在地区", "Region"), hint: Words("常在哪里，好去企业", "Where they usually are, near the firms"), within: area) }

    static let names = [
        "name", "kind", "standing", "domains", "employer", "employerCode", "industry", "headline", "headlineEnglish", "biography", "biographyEnglish", "region",
    ] + Domain.allCases.map { "\(topicsName($0))" }
    static let several: Set<String> = Set(["domains"] + Domain.allCases.map { "\(topicsName($0))" })

    private static func topicsName(_ domain: Domain) -> StaticString {
        switch domain {
        case .policy: "policyTopics"
        case .law: "lawTopics"
        case .finance: "financeTopics"
        case .management: "managementTopics"
        case .technology: "technologyTopics"
        case .innovation: "innovationTopics"
        }
    }

    private static let industries: [Choice] = [Choice("", Words("不清楚或不适用", "Not known or not applicable"))]
        + Industries.bundled.sections.flatMap { Industries.bundled.divisions(of: $0.code) }.map { Choice($0.code, Words("\($0.code) \($0.name.chinese)", "\($0.code) \($0.name.english)")) }

    /// What was typed; nil when something is missing. A strength brings its field along.
    static func read(_ form: inout Form, area: RegionCode) -> ExpertEntry? {
        let name = form.value(name)
        let kind = form.value(kind)
        let standing = form.value(standing)
        let ticked = Set(form.all(domains))
        let strengths = Domain.allCases.flatMap { form.all(topics($0)) }
        let all = Domain.allCases.filter { domain in ticked.contains(domain) || strengths.contains { SubTopics.bundled[$0]?.domain == domain } }
        if all.isEmpty { form.wrong(domains, Wrong("至少选一个领域", "Choose at least one field")) }
        let region = form.value(region(area))
        let employer = form.value(employer)
        let employerCode = form.optional(employerCode)
        let industry = form.optional(industry)
        let headline = form.value(headline)
        let headlineEnglish = form.optional(headlineEnglish)
        let biography = form.optional(biography)
        let biographyEnglish = form.optional(biographyEnglish)
        guard form.isGood, let name, let kind, let standing, let region, let employer, let headline else { return nil }
        return ExpertEntry(
            name: name, kind: kind, standing: standing, employer: employer, employerCode: employerCode, industry: industry,
            headline: Words(headline, headlineEnglish ?? headline), biography: Words(biography ?? "", biographyEnglish ?? biography ?? ""), domains: all,
            subTopics: strengths, region: region.text)
    }

    static func fill(_ form: inout Form, from expert: Expert, area: RegionCode) {
        form.fill(name, expert.name)
        form.fill(kind, expert.kind.rawValue)
        form.fill(standing, expert.standing.rawValue)
        form.fill(domains, all: expert.domains.map(\.rawValue))
        for domain in Domain.allCases { form.fill(topics(domain), all: expert.subTopics.filter { SubTopics.bundled[$0]?.domain == domain }) }
        form.fill(region(area), expert.region)
        form.fill(employer, expert.employer)
        form.fill(employerCode, expert.employerCode)
        form.fill(industry, expert.industry)
        form.fill(headline, expert.headline.chinese)
        form.fill(headlineEnglish, expert.headline.english == expert.headline.chinese ? nil : expert.headline.english)
        form.fill(biography, expert.biography.chinese)
        form.fill(biographyEnglish, expert.biography.english == expert.biography.chinese ? nil : expert.biography.english)
    }

    /// Sixty boxes to tick, of which most people want a handful: each field is folded until something in it is chosen.
    private static func strengths(_ form: Form) -> HTML {
        let names = Domain.allCases.map { "\(topicsName($0))" }
        return """
            <details class="more"\(flag: "open", form.shows(names))><summary>\(Words("具体擅长什么（选填，推荐时更准）", "Strengths in particular (optional; proposals become more exact)"))</summary>
            \(each: Domain.allCases, { domain in "<details class=\"more\"\(flag: "open", form.shows(["\(topicsName(domain))"]))><summary>\(domain.words)</summary>\(form.show(topics(domain), optional: true))</details>" })</details>
            """
    }

    static func fields(_ form: Form, area: RegionCode, withMobile: Bool) -> HTML {
        """
        \(form.show(name))\(withMobile ? form.show(mobile) : nil)\(form.show(kind))\(form.show(standing))\
        \(form.show(domains))\(strengths(form))\(form.show(region(area)))\
        \(form.show(employer))\(form.show(employerCode, optional: true))\(form.show(industry, optional: true))\
        \(form.show(headline))\(form.show(biography, optional: true))\
        <details class="more mb"\(flag: "open", form.shows([headlineEnglish.name, biographyEnglish.name]))><summary>\(Words("给英文页面的介绍（选填）", "For the English pages (optional)"))</summary>\(form.show(headlineEnglish, optional: true))\(form.show(biographyEnglish, optional: true))</details>
        """
    }
}

// MARK: Entering

extension ExpertEntry {
    /// The institution that the officer serves in, and its region.
    private static func institution(_ visit: Visit) async throws -> (id: ID<Organisation>, area: RegionCode) {
        let may = try visit.viewer.may(Permission<ExpertEntry, Expert>.enter)
        guard let id = may.organisation, let found = try await visit.read({ try $0.organisation(id) }), found.kind == .institution,
            let area = RegionCode(found.region)
        else { throw Problem.notFound }
        return (id, area)
    }

    static func showNew(_ visit: Visit) async throws -> Answer { page(Form(), area: try await institution(visit).area) }

    private static func page(_ form: Form, area: RegionCode) -> Answer {
        .page(
            Page(
                Words("录入专家", "Enter an expert"), word: "experts", width: .narrow, back: (Roster.page(), Words("专家名册", "Experts")), wrongs: form.wrongs.count,
                """
                \(title(Words("录入专家", "Enter an expert"), "\(Words("录入后由负责人任命，任命后才公开、才会接到需求。", "The head then appoints them; only then are they public and offered needs."))"))
                \(form.summary)
                \(Web.form(Expert.new(), "\(fields(form, area: area, withMobile: true))<p><button class=\"btn go big\">\(Words("录入这位专家", "Enter this expert"))</button></p>"))
                """))
    }

    static func enter(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(names + ["mobile"], several: several)
        let (institution, area) = try await institution(visit)
        let entry = read(&form, area: area)
        let mobile = form.value(mobile)
        guard form.isGood, let entry, let mobile else { return page(form, area: area) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let may = try viewer.may(Permission<ExpertEntry, Expert>.enter)
                return Expert.staffPage(try tx.enter(entry, mobile: mobile, by: may, of: institution, at: now, from: address).person)
            }
            return .see(link, saying: Words("\(entry.name)已录入，等负责人任命", "\(entry.name) is entered and waits for the head's appointment"))
        } catch let refusal as Refusal {
            form.wrong(ExpertEntry.mobile, Wrong(refusal.words))
            return page(form, area: area)
        }
    }
}

// MARK: Correcting

extension ExpertEntry {
    private static func known(_ visit: Visit, _ person: ID<Person>) async throws -> (expert: Expert, area: RegionCode) {
        let viewer = visit.viewer
        return try await visit.read { reader in
            guard let expert = try reader.expert(person) else { throw Problem.notFound }
            _ = try viewer.may(Permission<ExpertEntry, Expert>.correct, expert)
            guard let area = try reader.organisation(expert.institution).flatMap({ RegionCode($0.region) }) else { throw Problem.notFound }
            return (expert, area)
        }
    }

    static func showCorrection(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let (expert, area) = try await known(visit, person)
        var form = Form()
        fill(&form, from: expert, area: area)
        return page(form, expert, area: area)
    }

    private static func page(_ form: Form, _ expert: Expert, area: RegionCode) -> Answer {
        .page(
            Page(
                Words("修改\(expert.name)的资料", "Correct \(expert.name)"), word: "experts", width: .narrow, back: (Expert.staffPage(expert.person), Words(same: expert.name)),
                wrongs: form.wrongs.count,
                """
                \(title(Words("修改\(expert.name)的资料", "Correct \(expert.name)")))
                \(form.summary)
                \(Web.form(Expert.correction(expert.person), "\(fields(form, area: area, withMobile: false))<p><button class=\"btn go big\">\(Words("保存资料", "Save the details"))</button></p>"))
                """))
    }

    static func correct(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        var form = try await visit.form(names, several: several)
        let (expert, area) = try await known(visit, person)
        guard let entry = read(&form, area: area) else { return page(form, expert, area: area) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            var expert = try tx.lockedExpert(person)
            let may = try viewer.may(Permission<ExpertEntry, Expert>.correct, expert)
            let changed = entry.correct(&expert)
            if !changed.isEmpty { try tx.correct(expert, changed, by: may, at: now, from: address) }
            return Expert.staffPage(person)
        }
        return .see(link, saying: Words("资料已保存", "The details are saved"))
    }
}

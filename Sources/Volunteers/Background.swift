package import Languages
package import Reference
package import Values

/// What an application says beyond the entry: office, consents, licences. Facts that decide where somebody may serve.
package struct Background: Sendable, Hashable {
    /// 所在单位意见, for whoever is in service.
    package var employerConsent: EmployerConsent?
    /// Nil for who never was an official.
    package var office: Office?
    package var licences: [Licence]
    /// 律师事务所等执业机构同意: a lawyer serves with the firm's consent.
    package var firmConsents: Bool
    package init(employerConsent: EmployerConsent? = nil, office: Office? = nil, licences: [Licence] = [], firmConsents: Bool = false) {
        self.employerConsent = employerConsent
        self.office = office
        self.licences = licences
        self.firmConsents = firmConsents
    }

    /// Hard conditions of matching, by key; empty for who may be asked. Former field and region for the lawful term; a licence
    /// that is over; the firm's consent for who practises.
    package func bars(_ domain: Domain, region: String, standing: Standing, on day: Day) -> [String] {
        var bars: [String] = []
        if let office, office.touches(domain, region: region, on: day) { bars.append("office") }
        let bearing = licences.filter { $0.kind.bears(on: domain) }
        if bearing.contains(where: { !$0.isValid(on: day) }) { bars.append("licence") }
        if !bearing.isEmpty, standing == .inService, !firmConsents { bars.append("firm") }
        return bars
    }

    package enum EmployerConsent: String, CaseIterable, Sendable {
        case given, asked
        package var words: Words {
            switch self {
            case .given: Words("单位已同意", "The employer consents")
            case .asked: Words("正在征求单位意见，录用前补上", "Being asked; it follows before the appointment")
            }
        }
    }

    /// A former official (公务员法 art. 107, to be confirmed): last unit, rank and the day of leaving.
    package struct Office: Sendable, Hashable {
        package var unit: String
        package var rank: Rank
        package var left: Day
        /// Six digits: where the office reached. Empty for everywhere.
        package var region: String
        /// What it dealt with; empty for everything.
        package var domains: [Domain]
        package init(unit: String, rank: Rank, left: Day, region: String = "", domains: [Domain] = []) {
            self.unit = unit
            self.rank = rank
            self.left = left
            self.region = region
            self.domains = domains
        }

        /// Whether a service would touch the former field and region while the person is bound.
        func touches(_ domain: Domain, region place: String, on day: Day) -> Bool {
            guard day <= boundUntil, domains.isEmpty || domains.contains(domain) else { return false }
            var reach = region[...]
            while reach.hasSuffix("00") { reach = reach.dropLast(2) }
            return place.hasPrefix(reach)
        }

        /// The last day of the time in which nothing may touch the former field: 3 years for leaders at county level and
        /// above, 2 for others.
        package var boundUntil: Day { left.plus(years: rank.years) }
    }

    package enum Rank: String, CaseIterable, Sendable {
        case leader, other
        package var words: Words {
            switch self {
            case .leader: Words("县处级以上领导职务", "A leading post at county level or above")
            case .other: Words("其他公务员", "Another official")
            }
        }
        var years: Int { self == .leader ? 3 : 2 }
    }
}

/// A professional licence (执业资格, ordinance art. 16): where law asks for one, the volunteer holds it.
package struct Licence: Sendable, Hashable {
    package var kind: Kind
    package var number: String
    /// The last day on which it is valid; nil for one without an end.
    package var until: Day?
    package init(kind: Kind, number: String, until: Day?) { self.kind = kind; self.number = number; self.until = until }

    func isValid(on day: Day) -> Bool { until.map { day <= $0 } ?? true }

    package enum Kind: String, CaseIterable, Sendable {
        case lawyer, accountant, taxAgent, patentAgent, other
        package var words: Words {
            switch self {
            case .lawyer: Words("律师执业证", "Lawyer's licence")
            case .accountant: Words("注册会计师证书", "Certified public accountant")
            case .taxAgent: Words("税务师证书", "Tax agent")
            case .patentAgent: Words("专利代理师资格证", "Patent agent")
            case .other: Words("其他资格证书", "Another qualification")
            }
        }
        /// Where the work itself asks for it.
        func bears(on domain: Domain) -> Bool {
            switch self {
            case .lawyer: domain == .law
            case .accountant, .taxAgent: domain == .finance
            case .patentAgent: domain == .technology || domain == .innovation
            case .other: false
            }
        }
        /// Whoever works under these is bound by the firm's consent.
        package var isOfFirm: Bool { self != .other }
    }
}

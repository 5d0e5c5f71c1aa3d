package import Languages
package import Reference
import Storage
package import Values
package import Web

/// A company (企业) or self-employed business (个体工商户) on whose behalf needs are stated. Who is still founding has none.
package struct Enterprise: Reachable, Sendable {
    package enum Kind: String, CellCodable, CaseIterable {
        case enterprise
        case selfEmployed

        package var words: Words {
            switch self {
            case .enterprise: Words("企业", "Company")
            case .selfEmployed: Words("个体工商户", "Self-employed")
            }
        }
    }

    package let id: ID<Enterprise>
    package let kind: Kind
    package let name: String
    /// Of a self-employed business it may be missing.
    package let creditCode: String?
    /// A division of GB/T 4754 (`29`), or the group where one rule of size does not hold for the division (`7010`).
    package let industry: String
    package let persons: Int?
    /// In 10,000 yuan.
    package let revenue: Int?
    /// In 10,000 yuan.
    package let assets: Int?
    /// Six digits of GB/T 2260.
    package let region: String
    /// Nil where the provisions do not class the industry, or figures are missing.
    package let size: SizeClass?

    package init(
        id: ID<Enterprise>, kind: Kind, name: String, creditCode: String?, industry: String, persons: Int?, revenue: Int?, assets: Int?,
        region: String, size: SizeClass?
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.creditCode = creditCode
        self.industry = industry
        self.persons = persons
        self.revenue = revenue
        self.assets = assets
        self.region = region
        self.size = size
    }

    package var reach: Reach { Reach(region: region) }

    /// What a person says of an enterprise: the enterprise without its name in the house.
    package struct Facts: Sendable, Hashable {
        package var kind: Kind
        package var name: String
        package var creditCode: String?
        package var industry: String
        package var persons: Int?
        package var revenue: Int?
        package var assets: Int?
        package var region: String
        package var size: SizeClass?

        package init(
            kind: Kind = .enterprise, name: String, creditCode: String? = nil, industry: String, persons: Int? = nil, revenue: Int? = nil,
            assets: Int? = nil, region: String, size: SizeClass? = nil
        ) {
            self.kind = kind
            self.name = name
            self.creditCode = creditCode
            self.industry = industry
            self.persons = persons
            self.revenue = revenue
            self.assets = assets
            self.region = region
            self.size = size
        }
    }
}

extension SizeClass: CellCodable {}

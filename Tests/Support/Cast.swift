package import Values

/// The people that tests tell of, always the same: who they are is written in the design.
package enum Cast {
    package struct Member: Sendable {
        package let id: ID<Person>
        package let name: String
        package let mobile: String
        package init(id: ID<Person>, name: String, mobile: String) { self.id = id; self.name = name; self.mobile = mobile }
        package var party: Party { .person(id) }
    }

    /// The retired engineer, an expert.
    package static let shen = Member(id: id(1), name: "沈国强", mobile: "13800000217")
    /// Owns the mould shop.
    package static let wang = Member(id: id(2), name: "王海燕", mobile: "13900000318")
    /// The liaison at the workstation.
    package static let liaison = Member(id: id(3), name: "林秀珍", mobile: "13700000419")
    /// The officer of the institution.
    package static let lin = Member(id: id(4), name: "林晓", mobile: "13600000520")
    /// Heads the institution.
    package static let head = Member(id: id(5), name: "周敏", mobile: "13500000621")
    /// An officer of the other institution, who must see nothing of the first.
    package static let stranger = Member(id: id(6), name: "何远", mobile: "13400000722")

    package static let institution: ID<Organisation> = id(101)
    package static let otherInstitution: ID<Organisation> = id(102)
    package static let mouldShop: ID<Organisation> = id(103)
    /// Huangyan, and a district of another province.
    package static let region = "331003"
    package static let otherRegion = "510104"

    /// A name that is the same in each run.
    package static func id<Kind>(_ number: UInt64) -> ID<Kind> {
        var random = Counting(next: number)
        return ID(at: Instant(milliseconds: 1_790_000_000_000), using: &random)
    }

    private struct Counting: RandomNumberGenerator {
        let number: UInt64
        init(next: UInt64) { number = next }
        func next() -> UInt64 { number << 2 }
    }
}

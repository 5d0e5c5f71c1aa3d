package import Languages
package import Reference
package import Storage
package import Values
package import Web

/// Where a business is, as one chooses it: the counties of the provinces that are served, grouped by city; for any other
/// place the province first.
package struct Places: Sendable {
    /// The provinces in which an institution is designated today; empty before the first.
    package let served: [RegionCode]
    package init(served: [RegionCode]) { self.served = served }

    /// What is chosen when the place is in none of the provinces that are offered.
    static let elsewhere = "elsewhere"

    /// A county, or a city without counties.
    package static func field(_ reference: Reference, _ label: Words = Words("在哪个县（市、区）", "County or district")) -> Field<RegionCode> {
        Field("region", label, hint: Words("经营所在地，按它找就近的专家", "Where the business is; experts nearby are looked for by it"), .select([])) { typed throws(Wrong) in
            if typed == elsewhere { throw Wrong("请先选省份，再选县（市、区）", "Please choose the province first, then the county") }
            guard let code = RegionCode(typed), reference.regions[code] != nil else { throw Wrong("请从列表里选一个地方", "Please choose a place from the list") }
            guard reference.regions.children(of: code).isEmpty else { throw Wrong("请选到县（市、区）", "Please choose down to the county") }
            return code
        }
    }

    static func province(_ reference: Reference) -> Field<RegionCode> {
        Field("province", Words("在哪个省份", "Province"), .select([])) { typed throws(Wrong) in
            guard let code = RegionCode(typed), reference.regions.provinces.contains(where: { $0.code == code }) else { throw Wrong("请选一个省份", "Please choose a province") }
            return code
        }
    }

    /// The provinces whose counties are listed: the one that was chosen, or those that are served when they are few.
    func listed(_ form: Form) -> [RegionCode] {
        if let chosen = form.text("province").flatMap({ RegionCode($0) }) { return [chosen] }
        if let chosen = form.text("region").flatMap({ RegionCode($0) }), !served.contains(chosen.province) { return [chosen.province] }
        return served.count <= 3 ? served : []
    }

    func wantsProvince(_ form: Form) -> Bool { form.text("province") != nil || form.text("region") == Places.elsewhere || listed(form).isEmpty }

    func provinces(_ reference: Reference) -> Menu { Menu([Menu.Group(nil, reference.regions.provinces.map { Choice($0.code.text, $0.name) })]) }

    func counties(_ form: Form, _ reference: Reference) -> Menu {
        let listed = listed(form)
        var groups = listed.flatMap { Places.groups(of: $0, reference, prefixed: listed.count > 1) }
        if form.text("province") == nil { groups.append(Menu.Group(nil, [Choice(Places.elsewhere, Words("不在上面这些地方", "None of these"))])) }
        return Menu(groups)
    }

    private static func groups(of province: RegionCode, _ reference: Reference, prefixed: Bool) -> [Menu.Group] {
        let regions = reference.regions
        guard let own = regions[province] else { return [] }
        var alone: [Choice] = []
        var groups: [Menu.Group] = []
        for city in regions.children(of: province) {
            let counties = regions.children(of: city.code)
            guard !counties.isEmpty else {
                alone.append(Choice(city.code.text, city.name))
                continue
            }
            let title = prefixed ? Words("\(own.name.chinese) \(city.name.chinese)", "\(city.name.english), \(own.name.english)") : city.name
            groups.append(Menu.Group(title, counties.map { Choice($0.code.text, $0.name) }))
        }
        return (alone.isEmpty ? [] : [Menu.Group(own.name, alone)]) + groups
    }
}

extension Reader {
    /// The provinces that somebody serves on this day.
    package func places(on day: Day) throws -> Places {
        let prefixes = try values(
            """
            select distinct substr(o.region, 1, 2) as province from organisation o join designation d on d.institution = o.id
            where o.kind = 'institution' and \(Designation.holds(on: day)) order by province limit 40
            """, String.self)
        return Places(served: prefixes.compactMap { RegionCode($0 + "0000") })
    }
}

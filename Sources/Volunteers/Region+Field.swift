package import Languages
package import Reference
package import Web

extension Field where Value == RegionCode {
    /// A region of those within `area`, its cities and counties, from one menu.
    package static func region(_ name: StaticString, _ label: Words, hint: Words? = nil, within area: RegionCode, nothing: Words = Words("请选择", "Please choose")) -> Field {
        let regions = Regions.bundled
        let all = [area] + regions.children(of: area).flatMap { city in [city.code] + (city.code.level == .city ? regions.children(of: city.code).map(\.code) : []) }
        let known = Set(all)
        let choices = [Choice("", nothing)] + all.map { Choice($0.text, regions.shortPath($0, below: area)) }
        return Field(name, label, hint: hint, .select(choices)) { typed throws(Wrong) in
            guard let code = RegionCode(typed), known.contains(code) else { throw Wrong("请从名单里选一个地区", "Please choose a region from the list") }
            return code
        }
    }
}

extension Regions {
    /// 台州市黄岩区 within Zhejiang: without the name of the area that everybody there knows.
    func shortPath(_ code: RegionCode, below area: RegionCode) -> Words {
        let (whole, above) = (path(code), path(area))
        guard code != area, whole.chinese.hasPrefix(above.chinese), whole.english.hasSuffix(", " + above.english) else { return whole }
        return Words(String(whole.chinese.dropFirst(above.chinese.count)), String(whole.english.dropLast(above.english.count + 2)))
    }
}

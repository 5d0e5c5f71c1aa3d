package import Languages

/// A province, city or county (GB/T 2260), or the Xinjiang corps (660000, clause 2.1e).
package struct Region: Hashable, Sendable {
    package let code: RegionCode
    package let name: Words
    package let parent: RegionCode?

    /// A level that is in the code and in nobody's address: 市辖区 and 县 of the cities under direct administration, and
    /// 省直辖县级行政区划 of counties that no city stands above.
    let isOnlyInTheCode: Bool
}

/// All regions, as people choose and read them.
package struct Regions: Sendable {
    package static var bundled: Regions { Reference.bundled.regions }

    /// The provinces, and the Xinjiang corps.
    package let provinces: [Region]
    private let regions: [RegionCode: Region]
    private let below: [RegionCode: [Region]]

    package subscript(_ code: RegionCode) -> Region? { regions[code] }

    /// What one chooses from after choosing `code`: a province's cities, a city's counties. In Beijing these are the
    /// districts, and in Hubei 仙桃市 stands among the cities.
    package func children(of code: RegionCode) -> [Region] {
        (below[code] ?? []).flatMap { $0.isOnlyInTheCode ? below[$0.code] ?? [] : [$0] }
    }

    /// 浙江省台州市黄岩区; Huangyan, Taizhou, Zhejiang. A code that is in no list is said as the nearest region above it.
    package func path(_ code: RegionCode) -> Words {
        let names = line(to: code).map(\.name)
        return Words(names.map(\.chinese).joined(), names.map(\.english).reversed().joined(separator: ", "))
    }

    /// The Chinese names of a region and of all it contains, for finding a place in what somebody wrote.
    package func names(under code: RegionCode) -> [String] {
        regions.values.filter { code.contains($0.code) && !$0.isOnlyInTheCode }.sorted { $0.code < $1.code }.map(\.name.chinese)
    }

    /// From the province down to the region itself, without the levels that nobody says.
    private func line(to code: RegionCode) -> [Region] {
        var line: [Region] = []
        for step in [code.province, code.city, code] {
            guard let region = regions[step], !region.isOnlyInTheCode, line.last?.code != step else { continue }
            line.append(region)
        }
        return line
    }
}

extension Regions {
    static let file = "regions.csv"

    init(_ edition: ReferenceEdition) throws(ReferenceFault) {
        let table = try edition.table(Regions.file, columns: ["code", "parent", "chinese", "english"])
        var regions: [RegionCode: Region] = [:]
        var below: [RegionCode: [Region]] = [:]
        var provinces: [Region] = []
        for row in table.rows {
            let code = try row.region("code")
            let parent = row["parent"].isEmpty ? nil : try row.region("parent")
            let (chinese, english) = (try row.text("chinese"), row["english"])
            let region = Region(
                code: code, name: Words(chinese, english.isEmpty ? chinese : english), parent: parent,
                isOnlyInTheCode: Regions.levelsThatNobodySays.contains(chinese))
            guard regions.updateValue(region, forKey: code) == nil else {
                throw row.fault("code", Words("\(code)出现了两次", "\(code) stands there twice"))
            }
            if let parent {
                guard regions[parent] != nil else {
                    throw row.fault("parent", Words("\(parent)不在前面各行中", "\(parent) is in none of the lines before"))
                }
                below[parent, default: []].append(region)
            } else {
                provinces.append(region)
            }
        }
        self.regions = regions
        self.below = below
        self.provinces = provinces
    }

    private static let levelsThatNobodySays: Set<String> = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"]
}

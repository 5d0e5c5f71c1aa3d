import Languages
import Reference
import Testing

@Suite struct RegionTests {
    let regions = Regions.bundled

    func code(_ text: String) throws -> RegionCode { try #require(RegionCode(text)) }

    @Test(arguments: ["", "33", "33100", "3310030", "33100a", "３３１００３", "000000", "-33100", " 331003"])
    func `a code is six digits and nothing else`(text: String) {
        #expect(RegionCode(text) == nil)
    }

    @Test(arguments: [
        ("330000", RegionCode.Level.province, "330000", "330000"), ("331000", .city, "330000", "331000"),
        ("331003", .county, "330000", "331000"), ("110105", .county, "110000", "110100"),
    ])
    func `a code knows its level and what stands above it`(text: String, level: RegionCode.Level, province: String, city: String)
        throws
    {
        let code = try code(text)
        #expect(code.level == level)
        #expect(code.province.text == province)
        #expect(code.city.text == city)
    }

    @Test(arguments: [
        ("330000", "331003", true), ("331000", "331003", true), ("331003", "331003", true), ("331003", "331000", false),
        ("331000", "330203", false), ("330000", "340000", false), ("331000", "330000", false), ("110000", "110105", true),
        ("441900", "441900", true),
    ])
    func `a region contains what begins with its significant digits`(outer: String, inner: String, contained: Bool) throws {
        #expect(try code(outer).contains(code(inner)) == contained)
    }

    @Test(arguments: [
        ("331003", "浙江省台州市黄岩区", "Huangyan, Taizhou, Zhejiang"), ("331000", "浙江省台州市", "Taizhou, Zhejiang"),
        ("330000", "浙江省", "Zhejiang"), ("110105", "北京市朝阳区", "Chaoyang, Beijing"), ("500240", "重庆市石柱土家族自治县", "Shizhu, Chongqing"),
        ("429004", "湖北省仙桃市", "Xiantao, Hubei"), ("441900", "广东省东莞市", "Dongguan, Guangdong"),
        ("610102", "陕西省西安市新城区", "Xincheng, Xi’an, Shaanxi"),
        ("331099", "浙江省台州市", "Taizhou, Zhejiang"), ("990000", "", ""),
    ])
    func `a place is said as people say it, without the levels that are only in the code`(
        text: String, chinese: String, english: String
    ) throws {
        #expect(try regions.path(code(text)) == Words(chinese, english))
    }

    @Test func `every place that people choose has an English name`() throws {
        func look(_ code: RegionCode) {
            for region in regions.children(of: code) {
                #expect(region.name.english.unicodeScalars.allSatisfy { $0.value < 0x2E80 }, "\(region.code) \(region.name.chinese)")
                look(region.code)
            }
        }
        for province in regions.provinces { look(province.code) }
    }

    @Test func `one chooses a province, a city, a county; in Beijing a district at once`() throws {
        #expect(regions.provinces.count == 32)
        #expect(try regions.children(of: code("330000")).count == 11)
        #expect(try regions.children(of: code("331000")).map(\.name.chinese).contains("黄岩区"))
        #expect(try regions.children(of: code("110000")).count == 16)
        #expect(try regions.children(of: code("500000")).count == 38)
        #expect(try regions.children(of: code("420000")).map(\.name.chinese).contains("仙桃市"))
        #expect(try regions.children(of: code("331003")).isEmpty)
        #expect(try regions.children(of: code("441900")).isEmpty)
    }

    @Test func `the names of a region and of what it contains find a place in a text`() throws {
        let names = try regions.names(under: code("331000"))
        #expect(names.first == "台州市")
        #expect(names.contains("温岭市"))
        #expect(names.count == 10)
        #expect(try !regions.names(under: code("110000")).contains("市辖区"))
    }

    @Test func `every region can be said in both languages`() {
        for province in regions.provinces {
            for region in [province] + regions.children(of: province.code) {
                #expect(!region.name.chinese.isEmpty && !region.name.english.isEmpty)
            }
        }
    }
}

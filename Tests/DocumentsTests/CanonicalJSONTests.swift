import Documents
import Testing

@Suite("Canonical JSON (RFC 8785)") struct CanonicalJSONTests {
    @Test(arguments: [
        (#"{ "b" : 1, "a" : [ true, false, null ] }"#, #"{"a":[true,false,null],"b":1}"#),
        // The example of the RFC, 3.2.2.
        (
            #"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        ),
        // Sorted by UTF-16 (3.2.3): a character beyond the first plane comes before U+FB33.
        (#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude02":5,"\u0080":6,"\u00f6":7}"#, "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😂\":5,\"\u{fb33}\":3}"),
        (#"[-0, 1e21, 123456789012345678901, 1e-7, 0.000001, -1.5e-300, 5e-324, 1.7976931348623157e308, 9007199254740993]"#, "[0,1e+21,123456789012345680000,1e-7,0.000001,-1.5e-300,5e-324,1.7976931348623157e+308,9007199254740992]"),
        (#""姓名""#, #""姓名""#),
    ])
    func `has one spelling`(text: String, canonical: String) throws {
        let json = try CanonicalJSON(reading: [UInt8](text.utf8))
        #expect(String(decoding: json.bytes, as: UTF8.self) == canonical)
        #expect(try CanonicalJSON(canonical: [UInt8](canonical.utf8)) == json)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{a:1}", "'a'", "01", "1.", ".5", "+1", "1e", "1e999", "-", "nul", "NaN", "Infinity",
        "\"\n\"", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"", "1 2", "[1]]", "\u{FEFF}1",
        String(repeating: "[", count: 100_000),
    ])
    func `refuses what is no I-JSON`(text: String) { #expect(throws: CanonicalJSON.Unreadable.self) { try CanonicalJSON(reading: [UInt8](text.utf8)) } }

    @Test func `refuses what is no UTF-8`() { #expect(throws: CanonicalJSON.Unreadable.self) { try CanonicalJSON(reading: [34, 0xFF, 34]) } }

    @Test(arguments: [" 1", "1.0", "{\"b\":1,\"a\":2}", "\"\\u0041\"", "1E5"])
    func `tells another spelling from the canonical one`(text: String) { #expect(throws: CanonicalJSON.Unreadable.self) { try CanonicalJSON(canonical: [UInt8](text.utf8)) } }
}

import Complaints
import Files
import HTTPTypes
import Happenings
import Identity
import Languages
import Markup
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Complaints

@Suite("Receipts of complaints") struct ReceiptTests {
    @Test func `are found again by the receipt code, on another telephone`() async throws {
        try await Town.on { town in
            let first = town.house.browser()
            let code = try #require(try await town.file(by: first).code)
            let second = town.house.browser(address: "203.0.113.5")
            try await second.open(Receipt.page())
            let shown = try await second.post(Receipt.page(), ["code": code.lowercased().replacing("-", with: " ")])
            #expect(shown.has("私下让我转两千块") && shown.code == nil, "the code itself is shown once, to whoever got it")
            // The cookie is bound to its browser, and ends after an hour.
            let thief = town.house.browser()
            try await thief.open(Receipt.page())
            thief.cookies[Receipt.cookie] = second.cookies[Receipt.cookie]
            #expect(try await !thief.open(Receipt.page()).has("两千"))
            town.clock.pass(.hours(1))
            #expect(try await !second.open(Receipt.page()).has("两千"))
            try await first.open(Receipt.page())
            #expect(try await second.post(Receipt.page(), ["code": code]).has("私下让我转两千块"))
            try await second.post(Receipt.departure())
            #expect(try await !second.open(Receipt.page()).has("两千"))
        }
    }

    @Test func `cannot be found by guessing codes or numbers, and tries are capped (R3)`() async throws {
        try await Town.on { town in
            try await town.file(by: town.house.browser())
            let id = try await town.newest()
            let browser = town.house.browser(address: "203.0.113.6")
            var statuses: [Int] = []
            for place in 0..<30 {
                try await browser.open(Receipt.page())
                let guess = [id.text, "TS-2026-000001", Receipt().code.spelled, String(repeating: "0", count: 26)][place % 4]
                statuses.append(try await browser.post(Receipt.page(), ["code": guess]).status)
                // Ten a minute is the limit for any door; the hour's is what is tried here.
                town.clock.pass(.seconds(30))
            }
            #expect(statuses == Array(repeating: 422, count: 20) + Array(repeating: 429, count: 10))
            // Even the right one has to wait, from this address.
            #expect(try await browser.open("/complaints/receipt/" + id.text).status == 404)
            town.clock.pass(.hours(1))
            try await browser.open(Receipt.page())
            #expect(try await browser.post(Receipt.page(), ["code": Receipt().code.spelled]).status == 422)
        }
    }

    // MARK: The list
}

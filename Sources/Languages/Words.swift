/// The languages of a page. Chinese comes first; a page is complete in either.
package enum Language: String, Sendable, CaseIterable {
    case chinese = "zh-Hans"
    case english = "en"

    /// The language of the page that is being made; the web binds it once a request, a mail once a recipient.
    @TaskLocal package static var current: Language = .chinese
}

/// One text in both languages, side by side: `Words("说出需求", "State your need")`.
package struct Words: Hashable, Sendable {
    package let chinese: String
    package let english: String

    package init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// What a person wrote, which is the same in either language.
    package init(same text: String) { self.init(text, text) }

    package func callAsFunction(_ language: Language = .current) -> String {
        language == .chinese ? chinese : english
    }

    package static func + (a: Words, b: Words) -> Words { Words(a.chinese + b.chinese, a.english + b.english) }
}

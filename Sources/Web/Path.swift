import Foundation
package import Markup
package import Values

/// What stands in for the stars of a path: one id, two, or nothing.
package protocol PathParameter: Sendable {
    static var count: Int { get }
    init?(segments: ArraySlice<String>)
    var segments: [String] { get }
}

/// A path without parameters.
package struct NoParameter: PathParameter {
    package static var count: Int { 0 }
    package init() {}
    package init?(segments: ArraySlice<String>) { guard segments.isEmpty else { return nil } }
    package var segments: [String] { [] }
}

extension ID: PathParameter {
    package static var count: Int { 1 }
    package init?(segments: ArraySlice<String>) { guard let text = segments.first else { return nil }; self.init(text) }
    package var segments: [String] { [text] }
}

/// Text in a path: a token, a number, a file's hashed name. Never trusted before it is looked up.
package struct PathText: PathParameter {
    package let text: String
    package static var count: Int { 1 }
    package init(_ text: String) { self.text = text }
    package init?(segments: ArraySlice<String>) { guard let text = segments.first, text.utf8.count <= 200 else { return nil }; self.text = text }
    package var segments: [String] { [text] }
}

package struct Two<A: PathParameter, B: PathParameter>: PathParameter {
    package let first: A
    package let second: B
    package static var count: Int { A.count + B.count }
    package init(_ first: A, _ second: B) { self.first = first; self.second = second }
    package init?(segments: ArraySlice<String>) {
        guard let first = A(segments: segments.prefix(A.count)), let second = B(segments: segments.dropFirst(A.count)) else { return nil }
        self.init(first, second)
    }
    package var segments: [String] { first.segments + second.segments }
}

/// A place of the site as a value: pattern, link and typed parameters from one declaration, a static member of the noun:
/// `package static let closure = Path("needs/*/closure", ID<Need>.self)`, linked by `Need.closure(need.id)`.
package struct Path<Parameter: PathParameter>: Sendable {
    package let pattern: String

    package init(_ pattern: StaticString, _ parameter: Parameter.Type) {
        self.pattern = "\(pattern)"
        precondition(self.pattern.split(separator: "/").count(where: { $0 == "*" }) == Parameter.count, "stars of \(pattern)")
    }

    package func callAsFunction(_ parameter: Parameter) -> Link {
        var values = parameter.segments[...]
        let parts = pattern.split(separator: "/").map { $0 == "*" ? Link.encoded(values.popFirst() ?? "") : String($0) }
        return Link(path: "/" + parts.joined(separator: "/"))
    }

    /// The parameter of a path that matches; nil where it does not, such as a word where an id belongs.
    package func parse(_ path: String) -> Parameter? {
        let given = path.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
        let wanted = pattern.split(separator: "/")
        guard given.count == wanted.count else { return nil }
        var found: [String] = []
        for (segment, word) in zip(given, wanted) {
            if word == "*" { found.append(segment) } else if segment != word { return nil }
        }
        return Parameter(segments: found[...])
    }
}

extension Path where Parameter == NoParameter {
    package init(_ pattern: StaticString) { self.init(pattern, NoParameter.self) }
    package func callAsFunction() -> Link { callAsFunction(NoParameter()) }
    package var link: Link { callAsFunction() }
}

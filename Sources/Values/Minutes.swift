/// A length of service or of a working day, in whole minutes.
package struct Minutes: Hashable, Sendable, Comparable {
    package let count: Int
    package init(_ count: Int) { self.count = count }
    package static func < (a: Self, b: Self) -> Bool { a.count < b.count }
    package static func + (a: Self, b: Self) -> Self { Minutes(a.count + b.count) }
}

/// A value that prints masked wherever it is printed by accident; what it hides is opened by a call that
/// says why (`security.md` P2).
package struct Masked<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: Value
    private let mask: String

    package init(_ value: Value, shownAs mask: String) { self.value = value; self.mask = mask }

    /// `reason` is not stored here: who opens for a person's eyes writes a happening; who opens to compute or to send says so in the code.
    package func open(_ reason: StaticString) -> Value { value }

    package var description: String { mask }
    package var debugDescription: String { mask }
    package var customMirror: Mirror { Mirror(self, children: ["shown": mask]) }
}

extension Masked: Equatable where Value: Equatable {}
extension Masked: Hashable where Value: Hashable {}

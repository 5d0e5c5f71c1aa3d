package import Languages
package import Values

/// A deadline that can say why it is then (期限).
package struct Due: Hashable, Sendable {
    package let at: Instant

    /// `3个工作日；10月1日至7日放假不算；10月10日 (周六) 补班算一天`, for the small print beside the deadline.
    package let because: Words

    package init(at: Instant, because: Words) {
        self.at = at
        self.because = because
    }
}

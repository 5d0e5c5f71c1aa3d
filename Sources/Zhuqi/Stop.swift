/// Ends a command with a sentence that says what is so and what to do.
struct Stop: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

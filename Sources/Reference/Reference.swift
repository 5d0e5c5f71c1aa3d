/// The tables of the field that others keep: one value, read once at start.
package struct Reference: Sendable {
    package let regions: Regions
    package let industries: Industries
    package let jurisdictions: Jurisdictions
    package let subTopics: SubTopics
    package let urgencyRules: UrgencyRules
    package let sizeRules: SizeRules
    package let workingDays: WorkingDays

    /// The tables that travel with the product. They are part of it and tested with it: one that cannot be read is a
    /// broken installation.
    package static let bundled: Reference = {
        do { return try load(from: nil) } catch { fatalError("The installation is incomplete: \(error)") }
    }()

    /// The tables, those of the same name in `folder` (setting `ZHUQI_REFERENCE`) before the bundled ones.
    /// Without a folder, or with an empty setting, the bundled ones.
    package static func load(from folder: String?) throws(ReferenceFault) -> Reference {
        let edition = try ReferenceEdition(folder: folder)
        let regions = try Regions(edition)
        let industries = try Industries(edition)
        return Reference(
            regions: regions, industries: industries, jurisdictions: try Jurisdictions(edition, regions),
            subTopics: try SubTopics(edition), urgencyRules: try UrgencyRules(edition),
            sizeRules: try SizeRules(edition, industries),
            workingDays: try WorkingDays(edition))
    }
}

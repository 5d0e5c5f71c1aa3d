package import Storage
package import Values

extension Reader {
    /// How many experts are appointed on a day, exact: the front page says it.
    package func appointedCount(on day: Day) throws -> Int {
        try count("select count(distinct person) from appointment where from_day <= \(day) and until_day >= \(day) and not exists (select 1 from appointment_ending x where x.appointment = appointment.id)")
    }
}

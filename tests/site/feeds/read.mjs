// Reads a calendar with ical.js, which knows nothing of how it was written, and prints what it says
// as JSON. Instants are what the calendar's own time zones make of its times.

import { readFileSync } from "node:fs";
import ICAL from "../../../target/npm/node_modules/ical.js/dist/ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const told = (of, name) => of.getFirstPropertyValue(name)?.toString() ?? null;

function event(component) {
  const { startDate, endDate, uid, sequence, summary, location, description } = new ICAL.Event(component);
  const at = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());
  return {
    uid, sequence, summary, location, description,
    starts: at(startDate),
    ends: at(endDate),
    zone: startDate.zone.tzid,
    status: told(component, "status"),
    transp: told(component, "transp"),
    url: told(component, "url"),
    stamp: at(component.getFirstPropertyValue("dtstamp")),
    modified: at(component.getFirstPropertyValue("last-modified")),
  };
}

console.log(JSON.stringify({
  version: told(calendar, "version"),
  method: told(calendar, "method"),
  name: told(calendar, "x-wr-calname"),
  zone: told(calendar, "x-wr-timezone"),
  refresh: told(calendar, "refresh-interval"),
  zones: calendar.getAllSubcomponents("vtimezone").map((zone) => told(zone, "tzid")),
  events: calendar.getAllSubcomponents("vevent").map(event),
}));

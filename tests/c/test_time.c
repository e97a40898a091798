/* Tests of the functions of runtime-time: the calendar beside C's own, text, errors, clocks. */
#include "harness.h"

#include <time.h>

#define DAY INT64_C(86400000000)

static int64_t parsed(const char *text) {
    return rt_timestamp_parse((const uint8_t *)text, strlen(text));
}

static int64_t from_iso(const char *text) {
    return rt_timestamp_from_iso((const uint8_t *)text, strlen(text));
}

static RuntimeValue formatted(int64_t micros, int32_t offset, const char *format) {
    return rt_timestamp_format(micros, offset, (const uint8_t *)format, strlen(format));
}

static void check_text(RuntimeValue text, const char *expected) {
    CHECK_STR(text, expected);
    rt_value_free(text);
}

static void every_getter_agrees_with_gmtime(void) {
    /* Steps of a prime number of seconds, from the year 1601 to 2338 and with every time of day. */
    for (int64_t seconds = -INT64_C(11644473600); seconds < INT64_C(11644473600);
         seconds += 9999991) {
        const time_t clock = (time_t)seconds;
        const struct tm *tm = gmtime(&clock);
        const int64_t micros = seconds * 1000000 + 999999;
        CHECK_INT(rt_timestamp_get_year(micros), tm->tm_year + 1900);
        CHECK_INT(rt_timestamp_get_month(micros), tm->tm_mon + 1);
        CHECK_INT(rt_timestamp_get_day(micros), tm->tm_mday);
        CHECK_INT(rt_timestamp_get_hour(micros), tm->tm_hour);
        CHECK_INT(rt_timestamp_get_minute(micros), tm->tm_min);
        CHECK_INT(rt_timestamp_get_second(micros), tm->tm_sec);
        CHECK_INT(rt_timestamp_get_microsecond(micros), 999999);
        CHECK_INT(rt_timestamp_get_weekday(micros) % 7, tm->tm_wday);
        CHECK_INT(rt_timestamp_get_day_of_year(micros), tm->tm_yday + 1);
        RtDateTime all;
        CHECK_INT(rt_timestamp_get_components(micros, &all), 1);
        CHECK_INT(all.day, tm->tm_mday);
        CHECK_INT(all.day_of_year, tm->tm_yday + 1);
        CHECK_INT(rt_timestamp_from_components(all.year, all.month, all.day, all.hour, all.minute,
                                               all.second, all.microsecond),
                  micros);
    }
    CHECK_NO_ERROR();
}

static void before_1970_time_runs_forward(void) {
    CHECK_INT(rt_timestamp_get_year(-1), 1969);
    CHECK_INT(rt_timestamp_get_month(-1), 12);
    CHECK_INT(rt_timestamp_get_day(-1), 31);
    CHECK_INT(rt_timestamp_get_hour(-1), 23);
    CHECK_INT(rt_timestamp_get_microsecond(-1), 999999);
    CHECK_INT(rt_timestamp_get_year(INT64_MIN), -290308);
    CHECK_INT(rt_timestamp_get_year(INT64_MAX), 294247);
    CHECK_INT(rt_timestamp_diff_days(-1, 0), -1);
    CHECK_INT(rt_timestamp_diff_days(0, DAY), -1);
    CHECK_INT(rt_timestamp_diff_days(INT64_MAX, INT64_MIN), 213503982);
    CHECK_INT(rt_timestamp_diff_seconds(-1, 0), -1);
}

static void components_are_checked(void) {
    CHECK_INT(rt_timestamp_from_components(1970, 1, 2, 0, 0, 0, 0), DAY);
    CHECK_INT(rt_timestamp_from_components(2024, 2, 29, 0, 0, 0, 0), INT64_C(1709164800000000));
    CHECK_NO_ERROR();
    CHECK_INT(rt_timestamp_from_components(2023, 2, 30, 0, 0, 0, 0), INT64_MIN);
    CHECK_LAST_ERROR(RT_ERROR_TIME_COMPONENT, "rt_timestamp_from_components");
    CHECK_INT(rt_timestamp_from_components(2023, 1, 1, 24, 0, 0, 0), INT64_MIN);
    CHECK_ERROR(RT_ERROR_TIME_COMPONENT);
    CHECK_INT(rt_timestamp_from_components(INT32_MAX, 1, 1, 0, 0, 0, 0), INT64_MIN);
    CHECK_ERROR(RT_ERROR_TIME_RANGE);
    CHECK_INT(rt_timestamp_from_components(-290308, 12, 21, 19, 59, 5, 224192), INT64_MIN);
    CHECK_NO_ERROR();
    CHECK_INT(rt_timestamp_get_components(0, NULL), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_timestamp_get_components");
    const RuntimeValue tuple = rt_timestamp_components(0);
    CHECK_INT(rt_value_as_int(rt_tuple_get(tuple, 0)), 1970);
    CHECK_INT(rt_value_as_int(rt_tuple_get(tuple, 8)), 1);
    rt_value_free(tuple);
}

static void days(void) {
    CHECK_INT(rt_timestamp_add_days(0, 7), 7 * DAY);
    CHECK_INT(rt_timestamp_add_days(DAY, -1), 0);
    CHECK_INT(rt_timestamp_add_days(0, INT64_MAX), INT64_MIN);
    CHECK_LAST_ERROR(RT_ERROR_TIME_RANGE, "rt_timestamp_add_days");
    CHECK_INT(rt_timestamp_add_days(INT64_MIN, -1), INT64_MIN);
    CHECK_ERROR(RT_ERROR_TIME_RANGE);
    CHECK(rt_time_is_leap_year(2000) && !rt_time_is_leap_year(1900));
    CHECK_INT(rt_time_days_in_month(2024, 2), 29);
    CHECK_INT(rt_time_days_in_month(2024, 0), -1);
    CHECK_LAST_ERROR(RT_ERROR_TIME_COMPONENT, "rt_time_days_in_month");
    CHECK_INT(rt_timestamp_get_iso_year(parsed("2027-01-01")), 2026);
    CHECK_INT(rt_timestamp_get_iso_week(parsed("2027-01-01")), 53);
}

static void text(void) {
    const int64_t moment = INT64_C(1710513045123456);
    check_text(rt_timestamp_to_iso(moment), "2024-03-15T14:30:45.123456Z");
    check_text(rt_timestamp_to_iso(INT64_MIN), "-290308-12-21T19:59:05.224192Z");
    check_text(rt_timestamp_to_rfc3339(moment, 7200), "2024-03-15T16:30:45.123456+02:00");
    check_text(formatted(moment, 3600, "%a %-d %b %Y, %H:%M:%S.%f %z"),
               "Fri 15 Mar 2024, 15:30:45.123456 +0100");
    CHECK_INT(from_iso("2024-03-15T16:30:45.123456+02:00"), moment);
    CHECK_INT(from_iso("-290308-12-21T19:59:05.224192Z"), INT64_MIN);
    CHECK_INT(parsed("2024-03-15 14:30:45.123456"), moment);
    CHECK_INT(rt_timestamp_parse_format((const uint8_t *)"15/3/24", 7,
                                        (const uint8_t *)"%d/%-m/%y", 9),
              rt_timestamp_from_components(2024, 3, 15, 0, 0, 0, 0));
    CHECK_NO_ERROR();
    CHECK_NIL(rt_timestamp_to_rfc3339(INT64_MAX, 0));
    CHECK_LAST_ERROR(RT_ERROR_TIME_RANGE, "rt_timestamp_to_rfc3339");
    CHECK_NIL(rt_timestamp_to_rfc3339(0, 86400));
    CHECK_ERROR(RT_ERROR_TIME_OFFSET);
    CHECK_NIL(formatted(0, 0, "%Q"));
    CHECK_LAST_ERROR(RT_ERROR_TIME_FORMAT, "rt_timestamp_format");
    CHECK_INT(from_iso("2023-02-29T00:00:00Z"), INT64_MIN);
    CHECK_LAST_ERROR(RT_ERROR_TIME_TEXT, "rt_timestamp_from_iso");
    CHECK_INT(parsed("\xff"), INT64_MIN);
    CHECK_LAST_ERROR(RT_ERROR_NOT_UTF8, "rt_timestamp_parse");
    CHECK_INT(rt_timestamp_parse(NULL, 3), INT64_MIN);
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
}

static void clocks(void) {
    const int64_t now = rt_time_now_unix_micros();
    CHECK(now > INT64_C(1577836800000000) && now < INT64_C(4102444800000000));
    CHECK_NEAR(rt_time_now_seconds(), (double)now / 1e6, 60);
    CHECK_NEAR((double)rt_time_now_unix_millis(), (double)now / 1e3, 60e3);
    CHECK_NEAR((double)time(NULL), (double)now / 1e6, 60);
    const int64_t start = rt_time_now_nanos();
    CHECK(rt_time_now_nanos() >= start);
    CHECK(rt_time_now_micros() >= start / 1000);
    CHECK(rt_time_now_monotonic_ms() >= start / 1000000);
    CHECK_FLOAT(rt_progress_get_elapsed_seconds(), 0);
    CHECK(rt_progress_reset());
    CHECK(rt_progress_get_elapsed_seconds() >= 0);
    CHECK(rt_time_year() >= 2020 && rt_time_month() >= 1 && rt_time_day() >= 1);
    const RuntimeValue iso = rt_time_now_iso();
    CHECK(rt_timestamp_from_iso(rt_string_data(iso), (uint64_t)rt_string_len(iso)) >= now);
    rt_value_free(iso);
    const int32_t offset = rt_timestamp_get_local_offset(now);
    CHECK(offset > -86400 && offset < 86400);
    CHECK_NO_ERROR();
}

int main(void) {
    every_getter_agrees_with_gmtime();
    before_1970_time_runs_forward();
    components_are_checked();
    days();
    text();
    clocks();
    return harness_report("time");
}

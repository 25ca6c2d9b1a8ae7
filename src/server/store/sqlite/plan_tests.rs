//! How SQLite goes about our statements.

use sqlx::{AssertSqlSafe, Row as _};

use super::{tests::store, *};

/// The cost of a sign-in must not grow with the number of users: no statement reads a whole table.
#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let (store, _folder) = store().await;
    let statements = [
        challenges::CREATE.as_str(),
        challenges::CREATE_CODE.as_str(),
        challenges::DELETE_CODE,
        challenges::DELETE_EMPTY,
        challenges::FIND,
        guesses::COUNT_AND_FIND.as_str(),
        guesses::SPEND_AND_READ.as_str(),
        guesses::FIND.as_str(),
        guesses::TAKE_BACK,
        conversion::FORGET,
        tallies::SUM_OF_DAYS,
        tallies::SUM_OF_ALL,
        devices::LANE,
        overrides::DELETE,
        overrides::RESUME,
        sends::HISTORY.as_str(),
        sends::DELETE,
        sends::IS_COUNTED,
        sessions::JUDGE_AND_CONSUME.as_str(),
        openings::OPEN_IN_NEW.as_str(),
        openings::OPEN_IN_KNOWN.as_str(),
        openings::TRIM,
        sessions::FIND,
        sessions::TOUCH,
        sessions::DELETE,
        account::FIND_SESSIONS,
        account::FIND_DEVICES,
        account::IS_HELD,
        account::END_ONE,
        account::END_ALL_BUT,
        account::END_ALL,
        account::FORGET_ONE,
        account::FORGET_ALL,
        account::MARK,
        account::UNMARK,
        account::FIND_USER,
        operator::REOPEN,
        ahead::COUNT,
        ahead::REDATE,
        operator::END_SESSIONS_OF,
        recovery::DELETE,
        recovery::USE,
        recovery::COUNT,
        cleanup::SESSIONS_OF_DELETED,
        cleanup::CHALLENGES_OF_DELETED,
        cleanup::EVENTS_OF_DELETED,
        cleanup::DELETED_USERS,
        cleanup::CHALLENGES,
        cleanup::SENDS,
        cleanup::AGED_SESSIONS,
        cleanup::IDLE_SESSIONS,
        cleanup::DEVICES,
        cleanup::WRONG_GUESSES,
        cleanup::TALLIES,
        cleanup::OUTCOMES,
        cleanup::EVENTS,
        events::FIND,
        messages::STATE,
        messages::TELL,
        messages::FIND,
        messages::FIND_TO,
        messages::FIND_SENDS_TO,
        opt_outs::HEAR,
        opt_outs::NEWEST.as_str(),
        opt_outs::FORGET,
        cleanup::USERS,
        numbers::PHONE_OF_SESSION,
        numbers::IS_FREE,
        numbers::GIVE,
        numbers::KEEP_FORMER,
        numbers::FIND_FORMER,
        numbers::IS_UNDO,
        numbers::UNDONE,
        cleanup::FORMER_NUMBERS,
        doubt::FIND,
        doubt::RAISE,
        doubt::SETTLE,
        doubt::CLEAR,
        doubt::FORGET,
        doubt::CLAIM,
        doubt::PHONE_OF_DOUBTED,
        doubt::BEGIN_ANEW,
    ];
    for sql in statements.iter().flat_map(|several| several.split(';')) {
        let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let steps = explained.fetch_all(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
        for step in steps {
            let step: String = step.get("detail");
            let reads_table = step.starts_with("SCAN")
                && !["subquery", "VALUES", "CONSTANT"].iter().any(|no_table| step.contains(no_table));
            assert!(!reads_table, "{step}: {sql}");
        }
    }
}

/// Why: see [`several`].
#[test]
fn no_statement_of_a_sign_in_is_planned_anew_for_the_value_of_its_limit() {
    let limits = [sends::HISTORY.as_str(), guesses::COUNT_AND_FIND.as_str(), openings::TRIM].map(|sql| {
        let parameters = sql.split("LIMIT $").skip(1);
        let after = parameters.map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        after.inspect(|rest| assert!(rest.starts_with(" + 0"), "{rest}")).count()
    });
    assert_eq!(limits, [7, 2, 1]);
}

/// A table for the answer, a list or a sort costs more than most statements. What is not always needed may build one.
#[tokio::test]
async fn no_statement_of_a_sign_in_in_a_new_browser_builds_a_table() {
    let (store, _folder) = store().await;
    let statements = [
        sends::HISTORY.as_str(),
        challenges::CREATE.as_str(),
        challenges::FIND,
        guesses::COUNT_AND_FIND.as_str(),
        guesses::SPEND_AND_READ.as_str(),
        sessions::JUDGE_AND_CONSUME.as_str(),
        openings::OPEN_IN_NEW.as_str(),
        sessions::FIND,
    ];
    for sql in statements.iter().flat_map(|several| several.split(';')) {
        let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}")));
        let steps = explained.fetch_all(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
        let steps: Vec<String> = steps.iter().map(|step| step.get("opcode")).collect();
        assert!(steps.iter().any(|step| step == "Init"), "{sql}");
        let builds = |step: &String| step == "OpenEphemeral" || step == "SorterOpen";
        assert!(!steps.iter().any(builds), "{sql}");
    }
}

/// What SQLite does by itself wants an index too: deleting a row looks for those that refer to it.
#[tokio::test]
async fn every_reference_has_an_index() {
    let (store, _folder) = store().await;
    let references = sqlx::query_as::<_, (String, String)>(
        "SELECT tables.name, keys.\"from\" FROM pragma_table_list AS tables \
         JOIN pragma_foreign_key_list(tables.name) AS keys",
    );
    let references = references.fetch_all(&mut *store.writer.acquire().await.unwrap()).await.unwrap();
    assert_eq!(references.len(), 8, "{references:?}");
    for (table, column) in references {
        let sql = format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 1");
        let step = sqlx::query(AssertSqlSafe(sql))
            .fetch_one(&mut *store.writer.acquire().await.unwrap())
            .await
            .unwrap();
        let step: String = step.get("detail");
        assert!(step.starts_with("SEARCH"), "{step}: {table}.{column}");
    }
}

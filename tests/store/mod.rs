//! What every `Store` promises, under real concurrency, on real files.
//!
//! A law is a function that takes a store. A second database joins by a line `laws! { its_name: its_make }` below.

mod cleanup;
mod devices;
mod guesses;
mod interleavings;
mod samples;
mod sends;
mod sessions;
mod sqlite;
mod sqlite_open;

/// Makes a test of each law, on a new and empty store of its own.
macro_rules! laws {
    ($database:ident: $make:path) => {
        laws! { $database: $make =>
            guesses::a_challenge_comes_back_as_it_was_kept,
            guesses::two_hundred_guesses_at_once_are_five,
            guesses::a_refused_guess_costs_nothing,
            guesses::a_new_code_refills_no_guesses,
            guesses::guesses_and_a_right_code_at_once_agree,
            guesses::the_earlier_challenge_of_a_browser_is_dead,
            interleavings::every_order_of_three_clients_is_answered_like_the_model,
            sends::a_hundred_requests_at_once_for_one_number_are_one_send,
            sends::a_hundred_resends_at_once_are_one_code,
            sends::different_numbers_do_not_wait_for_each_other,
            sends::asking_every_second_of_an_hour_gives_what_the_ladder_says,
            sends::a_refused_request_changes_nothing,
            sends::a_challenge_whose_name_is_taken_changes_nothing,
            sends::record_only_counts_and_refuses_nothing,
            sends::a_cancelled_first_code_leaves_nothing_behind,
            sends::a_cancelled_resend_leaves_the_first_code,
            sends::sends_are_found_by_their_name_and_time,
            sends::a_code_for_an_unknown_challenge_is_not_counted,
            sessions::a_hundred_right_codes_at_once_are_one_session,
            sessions::a_session_comes_back_as_it_was_kept,
            sessions::a_session_that_cannot_be_kept_burns_no_code,
            sessions::a_challenge_is_not_consumed_for_another_user,
            sessions::a_new_session_ends_the_earlier_one_of_the_browser,
            sessions::activity_never_goes_back,
            sessions::signing_out_ends_this_session_only,
            sessions::of_one_accounts_sessions_the_newest_twenty_stay,
            devices::a_browser_is_known_for_the_number_it_signed_in_with_and_for_no_other,
            devices::a_new_sign_in_changes_the_secret_and_keeps_the_lane,
            devices::one_browser_is_known_for_several_numbers,
            devices::copies_of_a_cookie_take_the_place_of_no_browser_and_have_a_bound,
            devices::a_copy_of_the_cookie_takes_the_lane_from_nobody_and_ends_at_the_next_sign_in,
            devices::of_a_users_devices_the_last_used_stay,
            devices::strangers_who_use_up_everything_leave_the_lane_alone,
            devices::a_known_device_has_three_codes_an_hour_of_its_own_and_then_those_of_all,
            devices::a_known_device_cannot_try_a_refused_number_without_end,
            devices::a_right_guess_is_taken_back_and_those_of_strangers_are_not,
            cleanup::the_dead_are_deleted_and_the_living_stay,
            cleanup::a_clean_up_deletes_a_batch_of_each_kind,
            cleanup::an_unverified_user_waits_for_the_last_challenge,
            cleanup::a_verified_user_stays_without_a_session,
            cleanup::people_sign_in_while_the_dead_are_deleted,
            cleanup::a_store_that_works_is_ready,
        }
    };
    ($database:ident: $make:path => $($module:ident::$law:ident),* $(,)?) => {
        mod $database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $law() {
                    let (store, _guard) = $make().await;
                    super::$module::$law(store).await;
                }
            )*
        }
    };
}

laws! { on_sqlite: super::sqlite::make }

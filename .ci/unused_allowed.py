"""Names that vulture takes for unused: only templates or other people's code read them, as in `_.label`."""

_.strict_slashes
_.app_ctx_globals_class
_.merge_slashes
_.isolation_level
_.branch_labels
_.depends_on
_.actor_id
_.ended_at
_.editable
_.over
_.removable
_.resendable
_.mail_waits
_.resettable
_.possible
_.session_protection
_.permanent
_.widget
_.process_formdata
_.pre_validate
_.routing_exception
_.url_rule
_.view_args
_.previous_hash
_.organization_asked
_.forget  # the deletion of an account calls it
_.trim_blocks
_.lstrip_blocks
_.uploaded_by
_.max_content_length
_.erased_at
_.last_super_admin
_.tell  # tarfile asks for it
_.mode  # the same
_.known_device
_.orgId  # fields of JSON objects, as their types name them
_.without_factor
_.recovery_codes_left
_.csrf_token
_.second_factor
_.rp_id
_.PAGES  # a test reads it: every route is an operation or has a reason here
_.get_expiration_time  # Flask asks for it
_.digest_method  # Flask signs its cookie with it
_.session_interface
_.failure  # operators read it in the row

# Called by uvicorn, httptools and io, and read by uvicorn.
data_received
eof_received
exc_info
frame
handle_exit
on_headers_complete
readinto
should_exit
_.other_sessions
_.old_cookie
_.modified
_.last_at  # operators read it in the row
_.accept_ranges  # Werkzeug writes the header from it

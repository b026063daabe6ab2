"""Names that vulture reports as unused, because only templates or libraries read them, as in `_.label`."""

_.strict_slashes
_.app_ctx_globals_class
_.merge_slashes
_.isolation_level
_.branch_labels
_.depends_on
_.actor_id
_.actor_name
_.actor_image_url
_.target_email
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
_.requested_organization
_.forget  # called when an account is erased
_.trim_blocks
_.lstrip_blocks
_.uploaded_by
_.max_content_length
_.erased_at
_.last_super_admin
_.tell  # tarfile calls it
_.mode  # the same
_.known_device
_.orgId  # fields of JSON objects
_.without_factor
_.recovery_codes_left
_.factors
_.csrf_token
_.second_factor
_.rp_id
_.get_expiration_time  # called by Flask
_.digest_method  # read by Flask to sign its cookie
_.session_interface
_.failure  # read by operators in the table
_.cut_off_by  # written by a text of SQL, and read by operators in the table

# Called or read by uvicorn, httptools and io.
data_received
eof_received
exc_info
frame
handle_exit
on_headers_complete
readable
readinto
should_exit
_.other_sessions
_.modified
_.last_at  # read by operators in the table
_.accept_ranges  # read by Werkzeug for the header

BEGIN TRANSACTION;
CREATE TABLE address_changes (
	id VARCHAR(40) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	email_key VARCHAR(255) NOT NULL, 
	old_digest VARCHAR(64) NOT NULL, 
	new_digest VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	old_confirmed_at DATETIME, 
	new_confirmed_at DATETIME, 
	ended_at DATETIME, 
	CONSTRAINT pk_address_changes PRIMARY KEY (id), 
	CONSTRAINT fk_address_changes_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_address_changes_old_digest UNIQUE (old_digest), 
	CONSTRAINT uq_address_changes_new_digest UNIQUE (new_digest)
);
INSERT INTO "address_changes" VALUES('email_01a2275d6e297b7aa3209d7cf393dd3b','user_01a2275d640576dfb3d1d0af52713cba','grace@new.test','grace@new.test','f99af973c345ad57aa928c964b7ea181267c8797b60e4b341b8dcc4324354323','8d04243ad38aa190aa06cdbe887f5d4d9a0086249dc5b4d6d71ae1286cae6bb5','2026-11-29 12:52:44.201181','2026-11-30 12:52:44.201181',NULL,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0012');
CREATE TABLE apps (
	id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	name_key VARCHAR(1000) NOT NULL, 
	created_by VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_apps PRIMARY KEY (id), 
	CONSTRAINT uq_apps_organization_id_name_key UNIQUE (organization_id, name_key), 
	CONSTRAINT fk_apps_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "apps" VALUES('app_01a2275d6acd77ab8865ecde5a7fd055','org_01a2275d65e6758e817af1dd4a6f4ca2','Atlas','atlas','user_01a2275d63de72e79dc0dbb052f79ae3','2026-11-29 12:52:43.341287');
CREATE TABLE audit_chains (
	"key" VARCHAR(40) NOT NULL, 
	seq INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_chains PRIMARY KEY ("key")
);
INSERT INTO "audit_chains" VALUES('portal',17,'e66da52bd2dc4bf2b2dd3e951ac54c106d8f177d4bb5a5ca9266bf5a5730a855','55f958809f862d5452af532fa7cae9ddafc8fc931fe500441c96d763bce07e1e');
INSERT INTO "audit_chains" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2',9,'9c6ff385517ff2ee7f0010efe2c850c13822a26b4848a1acd928b9ca3da40a6d','06d0a4a27d02b17ec1699814da1b71c24d6c2b48a186bc4a605f19b23d28b4a5');
CREATE TABLE audit_entries (
	id VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	organization_id VARCHAR(40), 
	actor_id VARCHAR(40), 
	credential_id VARCHAR(40), 
	action VARCHAR(255) NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	target VARCHAR(255) NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	request_id VARCHAR(64), 
	seq INTEGER NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	commitment VARCHAR(64) NOT NULL, 
	salt VARCHAR(32), 
	amendment VARCHAR(64), 
	CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);
INSERT INTO "audit_entries" VALUES('entry_01a2275d5d1975c58958f961a03f806d','2026-11-29 12:52:39.833424',NULL,NULL,NULL,'account.created','done','user_01a2275d5d177609a8599fa5769f815e',NULL,'{"email":"operator@crew.test"}',NULL,1,'','93278df2e3666ab9ce67bf3a79359f8e389f46cf588ee7dbe5a7a6cf8ad7bcc1','5f0fb800a7932ee5df105e55797756e4674a2721fc4eb7f1153a2c4127e89384','6afe2fcf1ec77f6a2d552afa74a953a1',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d63e579abb935083442bd7f48','2026-11-29 12:52:41.573150',NULL,NULL,NULL,'account.created','done','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'{"email":"ada@crew.test"}',NULL,2,'93278df2e3666ab9ce67bf3a79359f8e389f46cf588ee7dbe5a7a6cf8ad7bcc1','a3b32e4273f6974a232f02782086c93cee55f0e2e5513ac67e647081c650a8f3','db4d50dccf8d5f4b3939a5b4f5cc0094b0f2d8a5c65a03f09b3917ea5dc5288c','dfe022dc66c9c6a63aede78c1992649b',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d64067805849a339542d3b2a3','2026-11-29 12:52:41.606386',NULL,NULL,NULL,'account.created','done','user_01a2275d640576dfb3d1d0af52713cba',NULL,'{"email":"grace@crew.test"}',NULL,3,'a3b32e4273f6974a232f02782086c93cee55f0e2e5513ac67e647081c650a8f3','35258a5301a900b42e2a5eaaec891ec5881ac26336ae14112019d203c31e1946','be62937f8854d3bc718ab5522ad4f33d7420ca04c868da5ed46b1801f35a06ca','13db03f8ef10658c36194b54dda6f1dc',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d64127b2cbbd31e763db989fe','2026-11-29 12:52:41.618110',NULL,NULL,NULL,'account.created','done','user_01a2275d64117b2a857019578d1c1588',NULL,'{"email":"rosa@crew.test"}',NULL,4,'35258a5301a900b42e2a5eaaec891ec5881ac26336ae14112019d203c31e1946','0a8807a28114f6c2dbe74ba4657995e2e10748ae143f7da381b68af3faf72697','dc858fded0a148592e947ba3f6a84c888c32dea273120e5903d12e2508838993','ef3ba30080f0c4ba7ed7a93d060dd2b2',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d641e7209babc17327adc7a53','2026-11-29 12:52:41.630103',NULL,NULL,NULL,'account.created','done','user_01a2275d641d7571a4e1f1e69cf75040',NULL,'{"email":"iris@crew.test"}',NULL,5,'0a8807a28114f6c2dbe74ba4657995e2e10748ae143f7da381b68af3faf72697','8d19c4eaf04e81fb10200ed26792d2deac9e92d1e3b56e1c3ea3a90ddcad4a03','64c846c99dcdf2255fcf574be660bbfd2ad3ed3cea7db7553292be931c967afb','801e339536e68d5b93a20a6d3249762f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d64327e89aaa9ee57d9489169','2026-11-29 12:52:41.649857',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'session.opened','done','session_01a2275d643178269a7e3d8a7f290d20',NULL,'{"device":"a browser","factors":["password"]}',NULL,6,'8d19c4eaf04e81fb10200ed26792d2deac9e92d1e3b56e1c3ea3a90ddcad4a03','bee7bf2deb0a56003f1baad5ac707479d5683465b212d3aef01edfe5d256251d','e4b6dfacf76d5f94e9f16188605663626ec558f5f47366b5f29f3884c171cc5a','044261ba780aab928aef879f8963bcd0',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d65eb7a97b771bdde47c10bbe','2026-11-29 12:52:42.091492','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','organization.created','done','org_01a2275d65e6758e817af1dd4a6f4ca2',NULL,'{"name":"Northwind","management_email":"ada@crew.test"}','req_01a2275d65ad74808836bfc8215d6691',1,'','22b4c42d6ec52fd7fd46927be9dbfd46c0c4fcf151bd8321bafa6a8dced6783d','8e40f44a15d5b60d6b12b4f313f3c7987dc321e7ec0a175aed49adf6cb75742b','a36a20cebff6c24f402123a0863b017b',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d675b7ccfb7ae2abb5a3aadc8','2026-11-29 12:52:42.459402','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d6743730f857db96798f3cab7','member.invited','done','user_01a2275d641d7571a4e1f1e69cf75040',NULL,'{"email":"iris@crew.test","role":"invite_write"}',NULL,2,'22b4c42d6ec52fd7fd46927be9dbfd46c0c4fcf151bd8321bafa6a8dced6783d','32101c81fc123687cbd35836f59fbf570dcd2189844aae3d3aa47a7bb4aaa0d5','ae64b43922ec5794d4af6477aa199c6da3ab9f65a65ca22e307c5c4c864ce7a0','bd999a1a09b793870811f21bad7e6ad9',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d685f788eb7f26af4076f4852','2026-11-29 12:52:42.718468',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','factor.added','done','factor_01a2275d685e7ba79c0912ebc10c7728',NULL,'{"kind":"totp","name":"Authenticator app"}','req_01a2275d67c47dd4ab105b598d0890c2',7,'bee7bf2deb0a56003f1baad5ac707479d5683465b212d3aef01edfe5d256251d','e4473fc1926346c190c0533821d0c7b47407a2a713224607f068e9cb18579950','76578cc9c396b4c2674423944c3c7851d0f95abff5d38b42006682846eac6248','020c8f7ed948aeb28aa83b772e6fee5f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d687d7cb7a01a6f7ea4559e8b','2026-11-29 12:52:42.745929',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','recovery_codes.made','done','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'{"codes":10}','req_01a2275d67c47dd4ab105b598d0890c2',8,'e4473fc1926346c190c0533821d0c7b47407a2a713224607f068e9cb18579950','377f73fbb4d9078350d542a25edc254d961daeb7db74f58db40ead93c158742a','726866e8e6e8a57d87adb4116af8d684ac4d999ee7303e3532c5e9316325d9af','5247f60c5a379d970fb99c2024665583',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d689277378f8a44ad5707284e','2026-11-29 12:52:42.769469',NULL,NULL,NULL,'key.created','done','key_01a2275d68917dbd8570313717e3d9f3',NULL,'{"owner":"rosa@crew.test","name":"test","role":"super_admin","prefix":"crew_feLWHDd","expires_at":null}',NULL,9,'377f73fbb4d9078350d542a25edc254d961daeb7db74f58db40ead93c158742a','e4d54a05546fac0587801184c71ccdda6c9e024d1efad295b24602ce1241cd7a','696d472599b854274d2f211e5ff6039204dd58ae939ff010dd6a42f3475efa03','5219a9832b7e57dd7544b625ae6e2425',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d68a072a58173a0cf2358b5c0','2026-11-29 12:52:42.784114',NULL,NULL,NULL,'key.created','done','key_01a2275d689a79d1a9086d4381d240d8',NULL,'{"owner":"ada@crew.test","name":"test","role":"super_admin","prefix":"crew_2c1jnsv","expires_at":null}',NULL,10,'e4d54a05546fac0587801184c71ccdda6c9e024d1efad295b24602ce1241cd7a','f814fe57794d88a368f6851b1dfc1239c4c3c1aa5796d654661d635dfe36edfc','b0c10aaa07f2e89a6a4832a42b9f5e133c268c1659e6bfcc1b0c22fb1f890cac','b289dd54b1ecf779a1dfa4880842c5db',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d694d7d5bb08f8b362c5e5e21','2026-11-29 12:52:42.956720',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','factor.added','done','factor_01a2275d694c7bc393cca417355014ba',NULL,'{"kind":"passkey","name":"Laptop"}','req_01a2275d69327c8bbd31dcc61d3c4164',11,'f814fe57794d88a368f6851b1dfc1239c4c3c1aa5796d654661d635dfe36edfc','39d23cf469da4bc9ba7b932496ebd9e1e08ff3fd063b3637780ee9e53ddcb8b5','dfea43f4dca01a9004a5a63a65ec61661102888ac9d467ee34d56aed0f19cc5a','3694fe1eab9808ca2e45333bdd83db33',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d69b07a52838b66c09566cbac','2026-11-29 12:52:43.056074','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d64117b2a857019578d1c1588','key_01a2275d68917dbd8570313717e3d9f3','member.invited','refused','user_01a2275d641d7571a4e1f1e69cf75040',NULL,'{"error":"Insufficient permissions to manage members"}','req_01a2275d6977766688ef2f342894b418',3,'32101c81fc123687cbd35836f59fbf570dcd2189844aae3d3aa47a7bb4aaa0d5','0f8b69906d1863fe388f86df4744c1817392a8febf06da432416f6137475f818','00dc35cc48879d6b1a4ffe511f6c85e919845a73a0a24156b8dc77f1bf1b3996','678dd1120ab99cc91505a3f8f301d3ad',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d69e77fcab051b17b0276bff2','2026-11-29 12:52:43.110795',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'session.opened','done','session_01a2275d69e67602ac376bdbb3396aa4',NULL,'{"device":"a browser","factors":["password"]}',NULL,12,'39d23cf469da4bc9ba7b932496ebd9e1e08ff3fd063b3637780ee9e53ddcb8b5','8ab8689d0c2784a52dc7649ce47b4037f015c6a03169b303f58fef46c119b189','5d8bba58a4b0ec5323f9b785170f514c4343d2f992a60f3bfe0a1bf791635294','f01a1e3934c6468731d569e587c9309f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6a3874c8b82ea4866c24498e','2026-11-29 12:52:43.192992','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d69e67602ac376bdbb3396aa4','member.removed','done','user_01a2275d64117b2a857019578d1c1588','{"role":"read"}',NULL,'req_01a2275d6a027eff93db370120366b06',4,'0f8b69906d1863fe388f86df4744c1817392a8febf06da432416f6137475f818','eb91d8fb8f89644cadba466fe96e4ea6c085dc4be2b84feab007d306383867cf','3d7c0bcef2c83e8a9f8848c43104f1bb56a798dfe417c72ff8e3cd559be63b45','72e27a40e0a09edddccfb9ecb5ac999b',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6ace7d2297ac131a5b5f7e8c','2026-11-29 12:52:43.341484','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','key_01a2275d689a79d1a9086d4381d240d8','app.created','done','app_01a2275d6acd77ab8865ecde5a7fd055',NULL,'{"name":"Atlas"}','req_01a2275d6ab678fa911eb68b52498362',5,'eb91d8fb8f89644cadba466fe96e4ea6c085dc4be2b84feab007d306383867cf','470f01eacf80a71d6c189740a9ecff2bc7020c00fb4f2486f548c32aa23b5d2b','cc605a244bfa318f1a85fcb2875e83a44687108f988eda3aa429df27137657c3','f09e8a0a5560af1e06ab0e89a9f576b6',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6b507b508710736d206577c7','2026-11-29 12:52:43.471582','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','key_01a2275d689a79d1a9086d4381d240d8','bundle.uploaded','done','bundle_01a2275d6b4f79a1bf0c677023819b48',NULL,'{"app":"Atlas","version":"1.0.0","size":32,"checksum":"f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464"}','req_01a2275d6af17d1c81ece77c03134acc',6,'470f01eacf80a71d6c189740a9ecff2bc7020c00fb4f2486f548c32aa23b5d2b','d5e3bdb5ffda244d52ef32adef72f0eb3b76a9825288b5e4b77c7b525d66be40','e3704e04dd6eb20ad86a3d8f5bafb189524cea27458e68ab4b665d6cdc85cbc1','d1137027114875fedba013d52f75a9f8',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6b7d7e4299671e0ded98c0d1','2026-11-29 12:52:43.517061',NULL,NULL,NULL,'key.created','done','key_01a2275d6b7c700b95113e54fbf23fff',NULL,'{"owner":"grace@crew.test","name":"test","role":"super_admin","prefix":"crew_cB1GuUc","expires_at":null}',NULL,13,'8ab8689d0c2784a52dc7649ce47b4037f015c6a03169b303f58fef46c119b189','5dffa9a2e7cfbbdfc66e2d1ce6491f59b789ec7ee9f09e150cfd0baf11cc6b17','2e9c784982f6f6239987dfa6222ecc87c738c5bcc7d6465e197da56e9cd79bf3','8eadea267e07dee4bc3aa766772e7a04',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6bd77eec8fd4f91734971eee','2026-11-29 12:52:43.607996','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','key.cut_off','done','key_01a2275d6b7c700b95113e54fbf23fff','{"owner":"grace@crew.test","name":"test","prefix":"crew_cB1GuUc"}',NULL,'req_01a2275d6bba72259a1e45c91cffb679',7,'d5e3bdb5ffda244d52ef32adef72f0eb3b76a9825288b5e4b77c7b525d66be40','458692381a485004cac80429ce389d435daf86989798081b9907993999f5b7cb','9dec0c44d005e19d6ce30fe45de60b22f9d1b062caf661c08bac7398daa6ba34','93cb9c07d9dec34166c3725dfb4192df',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6c067a59aabd6d392bc072f2','2026-11-29 12:52:43.654462','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','key_policy.changed','done','org_01a2275d65e6758e817af1dd4a6f4ca2','{"max_days":null,"expiry_required":false}','{"max_days":365,"expiry_required":false}','req_01a2275d6bf171ddb5f54c2df2abe765',8,'458692381a485004cac80429ce389d435daf86989798081b9907993999f5b7cb','1496fedba00c7b63ddb4d50d02632ea55aaf31ba694e1dec5bc98a68f3f71030','3033ac59915a5e9ef04c6297cc6a31df7614305b0cf884c52e329b5a02bc727b','74a614d973609e71d351e2be9ca96e0b',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6c2e77aaba2b9b34b53da9dc','2026-11-29 12:52:43.694429','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','session_01a2275d643178269a7e3d8a7f290d20','key_policy.changed','done','org_01a2275d65e6758e817af1dd4a6f4ca2','{"max_days":365,"expiry_required":false}','{"max_days":null,"expiry_required":false}','req_01a2275d6c20739da892602630cec91f',9,'1496fedba00c7b63ddb4d50d02632ea55aaf31ba694e1dec5bc98a68f3f71030','9c6ff385517ff2ee7f0010efe2c850c13822a26b4848a1acd928b9ca3da40a6d','5048d4afa6a4cc30897a59da78570a86958ce736921c02dd7d82d5e6b99f715e','ac992aa273522ffc61354cdec1c5bf50',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6d9d728a8094d5a8eadd7f1a','2026-11-29 12:52:44.060443',NULL,'user_01a2275d640576dfb3d1d0af52713cba',NULL,'session.opened','done','session_01a2275d6d9c7a74b2f001f9edec02f0',NULL,'{"device":"a browser","factors":["password"]}',NULL,14,'5dffa9a2e7cfbbdfc66e2d1ce6491f59b789ec7ee9f09e150cfd0baf11cc6b17','a8dd30a2ebcf70407188781e89dbbc32fb3dd4d94c032a0bf7a5348099dddba3','ce40030d0c4be5fc3fd14bc83c7571bfb8f060de17a186fb6201e261b7fd129f','a7c682883dd3808a7bf2e1c4c84f8932',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6e27731ab95877373b21a817','2026-11-29 12:52:44.199692',NULL,'user_01a2275d640576dfb3d1d0af52713cba','session_01a2275d6d9c7a74b2f001f9edec02f0','address.change_requested','done','user_01a2275d640576dfb3d1d0af52713cba',NULL,'{"email":"grace@new.test"}','req_01a2275d6db17d5d911e8daccc9a1e4e',15,'a8dd30a2ebcf70407188781e89dbbc32fb3dd4d94c032a0bf7a5348099dddba3','19e9718549482d0f6a56b693efdd5afacd628486b29c91b7a8b68a4718fc4fba','426b472a8e7392176a19b8405a3c6223ec6fd46deb2d1d9684a99e59b80f916b','2a6b844a224f57cf4854e3d623a37a3f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6e7f7365b0b11fa5a236a1bf','2026-11-29 12:52:44.286713',NULL,'user_01a2275d640576dfb3d1d0af52713cba','session_01a2275d6d9c7a74b2f001f9edec02f0','key.created','done','key_01a2275d6e7e771986b3b7ca2fb81bf9',NULL,'{"owner":"grace@crew.test","name":"laptop","role":"read","prefix":"crew_oAMYCr7","expires_at":"2026-12-29T12:52:44Z"}','req_01a2275d6e6c7cf88596c253e10a4267',16,'19e9718549482d0f6a56b693efdd5afacd628486b29c91b7a8b68a4718fc4fba','cb14d7c0c3fc30d693e714c37af2cfb843eb98e2ba150374ca61e1a30827c7f0','1d248936479642eb02b76e6a37c6352a93624f619ad24d2698c1254f5c335cd8','8655643e9d91307c3ecf626402c75a3d',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2275d6eca7f7898539fca5522bd97','2026-11-29 12:52:44.362270',NULL,'user_01a2275d640576dfb3d1d0af52713cba','session_01a2275d6d9c7a74b2f001f9edec02f0','key.renewed','done','key_01a2275d6e7e771986b3b7ca2fb81bf9','{"prefix":"crew_oAMYCr7","expires_at":"2026-12-29T12:52:44Z"}','{"prefix":"crew_XA2FghM","expires_at":"2026-12-29T12:52:44Z","overlap_hours":24}','req_01a2275d6e9d74d48719a83e73f8d469',17,'cb14d7c0c3fc30d693e714c37af2cfb843eb98e2ba150374ca61e1a30827c7f0','e66da52bd2dc4bf2b2dd3e951ac54c106d8f177d4bb5a5ca9266bf5a5730a855','5f2fb0961a5b5d706e9700e15b1f16088e5abc15ecada0231b183b9110cb9005','9810e5e8088651ea60f0309676c28f82',NULL);
CREATE TABLE bundles (
	id VARCHAR(40) NOT NULL, 
	app_id VARCHAR(40) NOT NULL, 
	version VARCHAR(100) NOT NULL, 
	precedence VARCHAR(500) NOT NULL, 
	filename VARCHAR(255) NOT NULL, 
	size BIGINT NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	created_by VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_bundles PRIMARY KEY (id), 
	CONSTRAINT uq_bundles_app_id_version UNIQUE (app_id, version), 
	CONSTRAINT fk_bundles_app_id FOREIGN KEY(app_id) REFERENCES apps (id) ON DELETE CASCADE
);
INSERT INTO "bundles" VALUES('bundle_01a2275d6b4f79a1bf0c677023819b48','app_01a2275d6acd77ab8865ecde5a7fd055','1.0.0','0110100102','b.zip',32,'f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464','user_01a2275d63de72e79dc0dbb052f79ae3','2026-11-29 12:52:43.471322');
CREATE TABLE ceremonies (
	id VARCHAR(40) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	user_id VARCHAR(40), 
	challenge VARCHAR(128) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_ceremonies PRIMARY KEY (id), 
	CONSTRAINT fk_ceremonies_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "ceremonies" VALUES('webauth_01a2275d6f7871f4a5757b039445ba54','register','user_01a2275d640576dfb3d1d0af52713cba','_LT_-lUNZA3iiPkpvoBz20Chncefvm_BWFwY0pDUjW-iF56AqPInWRr7bUz7hAhfuJMbiJUfi3tmNeIE0iRvjA','2026-11-29 13:02:44.536142');
CREATE TABLE credential_uses (
	credential_id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40) NOT NULL, 
	last_used_at DATETIME, 
	cut_off_at DATETIME, 
	cut_off_by VARCHAR(40), 
	CONSTRAINT pk_credential_uses PRIMARY KEY (credential_id, organization_id), 
	CONSTRAINT fk_credential_uses_credential_id FOREIGN KEY(credential_id) REFERENCES credentials (id) ON DELETE CASCADE, 
	CONSTRAINT fk_credential_uses_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "credential_uses" VALUES('key_01a2275d6b7c700b95113e54fbf23fff','org_01a2275d65e6758e817af1dd4a6f4ca2',NULL,'2026-11-29 12:52:43.599219','user_01a2275d63de72e79dc0dbb052f79ae3');
CREATE TABLE credentials (
	id VARCHAR(40) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40), 
	name VARCHAR(255) NOT NULL, 
	prefix VARCHAR(16) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	renewed_at DATETIME, 
	expires_at DATETIME, 
	last_used_at DATETIME, 
	revoked_at DATETIME, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_credentials PRIMARY KEY (id), 
	CONSTRAINT fk_credentials_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT fk_credentials_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT uq_credentials_digest UNIQUE (digest)
);
INSERT INTO "credentials" VALUES('session_01a2275d643178269a7e3d8a7f290d20','session','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'a browser','crew_6ybBMsE','bed7bdbc910abc84fdf4e4e7bb192d461eea17251ed038332ac3f0d5ab385432','super_admin','2026-11-29 12:52:41.649578',NULL,'2026-12-06 12:52:41.649578',NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2275d6743730f857db96798f3cab7','session','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'','crew_XPcMXP2','bd3b863680efaffee290d8b8c2636fc463745fce75903545332712764bbcd906','super_admin','2026-11-29 12:52:42.435025',NULL,'2026-11-30 12:52:42.435025',NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2275d68917dbd8570313717e3d9f3','key','user_01a2275d64117b2a857019578d1c1588',NULL,'test','crew_feLWHDd','66932f8d36c11848b05e13390e91f1a71f5083909b8b10ee667245b1f32b04ae','super_admin','2026-11-29 12:52:42.769206',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2275d689a79d1a9086d4381d240d8','key','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'test','crew_2c1jnsv','cf9561df487aed3081ecbe187bff700b6719eb067d1b00b34ba2ab5ae8be2f9e','super_admin','2026-11-29 12:52:42.778358',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2275d69e67602ac376bdbb3396aa4','session','user_01a2275d63de72e79dc0dbb052f79ae3',NULL,'a browser','crew_rOfoi99','7dabda50a019934fd46d4122e5920a9bc532e2dfde535473b0bc95b412d13036','super_admin','2026-11-29 12:52:43.110491',NULL,'2026-12-06 12:52:43.110491',NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2275d6b7c700b95113e54fbf23fff','key','user_01a2275d640576dfb3d1d0af52713cba',NULL,'test','crew_cB1GuUc','14840888da934007ce7244f6500b9c4cd4d7eaa0c7e5acbfa254ce1126738d57','super_admin','2026-11-29 12:52:43.516743',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2275d6d9c7a74b2f001f9edec02f0','session','user_01a2275d640576dfb3d1d0af52713cba',NULL,'a browser','crew_UTwoa4U','52957fea54c92053ebe41700477b1b77fe4f70e6de8ea7c5a0c8dd15b3b54e0f','super_admin','2026-11-29 12:52:44.060058',NULL,'2026-12-06 12:52:44.060058',NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2275d6e7e771986b3b7ca2fb81bf9','key','user_01a2275d640576dfb3d1d0af52713cba',NULL,'laptop','crew_XA2FghM','8e1b6ce8f83500fe87b397fbd913d8a8809c1184d3c780346ad9cb27fd78d624','read','2026-11-29 12:52:44.286330','2026-11-29 12:52:44.347169','2026-12-29 12:52:44.286330',NULL,NULL,0);
CREATE TABLE factors (
	id VARCHAR(40) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	sealed VARCHAR(512), 
	last_step INTEGER, 
	handle VARCHAR(1400), 
	public_key BLOB, 
	sign_count BIGINT, 
	host VARCHAR(255), 
	created_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	CONSTRAINT pk_factors PRIMARY KEY (id), 
	CONSTRAINT fk_factors_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_factors_handle UNIQUE (handle)
);
INSERT INTO "factors" VALUES('factor_01a2275d685e7ba79c0912ebc10c7728','user_01a2275d63de72e79dc0dbb052f79ae3','totp','Authenticator app','gAAAAABrDCAap6jPRAHY0zwjrwIoCua3O8jR5xcvTi_7xfIdErjlMgC1pCdVNrVm0XpzRtt8okqPNTwnX8zazTE42zTpAzIzDMxysQjQyRWe1blJIcI2KuHggJPEMHPR7TcGRUZy1IxZ',59865225,NULL,NULL,NULL,NULL,'2026-11-29 12:52:42.718328',NULL);
INSERT INTO "factors" VALUES('factor_01a2275d694c7bc393cca417355014ba','user_01a2275d63de72e79dc0dbb052f79ae3','passkey','Laptop',NULL,NULL,'c29mdC1wYXNza2V5',X'A501020326200121582061D570ABDE1D0F20C6D14046930892CA9BDC00ABC7B61BCD8967BBF1172B1D27225820A83762C31BA6D5567A03DBF80A366273011C2B5B106F4345B35296ADE17D4A37',0,'localhost','2026-11-29 12:52:42.956565',NULL);
CREATE TABLE invitations (
	id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	invited_by VARCHAR(40) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	mailed_at DATETIME, 
	undelivered VARCHAR(300), 
	shared_digest VARCHAR(64), 
	ended_at DATETIME, 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT fk_invitations_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT fk_invitations_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT fk_invitations_invited_by FOREIGN KEY(invited_by) REFERENCES users (id), 
	CONSTRAINT uq_invitations_digest UNIQUE (digest)
);
INSERT INTO "invitations" VALUES('inv_01a2275d676474b1bae3a910be739dd6','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d641d7571a4e1f1e69cf75040','user_01a2275d63de72e79dc0dbb052f79ae3','write','f815b143eeff293c6d8dd796c0cf72c965c2ac47c0f8804afc5ab090ca91b70f','open','2026-11-29 12:52:42.468765','2026-12-06 12:52:42.468765',NULL,NULL,NULL,NULL);
CREATE TABLE jobs (
	id VARCHAR(40) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	rank INTEGER DEFAULT '0' NOT NULL, 
	details JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	done_at DATETIME, 
	outcome VARCHAR(16), 
	failure VARCHAR(500), 
	addressee VARCHAR(64), 
	topic VARCHAR(120), 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('job_01a2275d677a7f81a0f1ac49741ded8c','mail',1,'{"template":"invitation","to":"iris@crew.test","facts":{"organization_id":"org_01a2275d65e6758e817af1dd4a6f4ca2","organization":"Northwind","role":"write","invited_by":"Ada","invited_by_email":"ada@crew.test","reply_to":"ada@crew.test","expires_at":"2026-12-06T12:52:42Z"},"link":["invitation","inv_01a2275d676474b1bae3a910be739dd6"]}','2026-11-29 12:52:42.490246','2026-11-29 12:52:42.483631',0,NULL,NULL,NULL,'f235f9f1cdacff638fbce6393be4244392dcad504ba3f1b3ea41dfa9c43b9323','invitation:f235f9f1cdacff63:3a002542310e7e67');
INSERT INTO "jobs" VALUES('job_01a2275d67d47b93ac950fc173e0bb29','lockout_sweep',0,'{}','2026-11-29 12:52:42.580182','2026-11-29 13:52:42.580172',0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2275d68637d4babb86ae241c41c66','mail',0,'{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"authenticator app"}}','2026-11-29 12:52:42.723958','2026-11-29 12:52:42.723916',0,NULL,NULL,NULL,'c430b9fd975f0c0f03ed133e3089d7f9e20e04afe2e49882c204299616df7421','factor_added:c430b9fd975f0c0f:36b0b3258c0e05f3');
INSERT INTO "jobs" VALUES('job_01a2275d687e76b1ad9b562fbe4e045d','mail',0,'{"template":"recovery_codes_made","to":"ada@crew.test","facts":{}}','2026-11-29 12:52:42.747291','2026-11-29 12:52:42.747260',0,NULL,NULL,NULL,'c430b9fd975f0c0f03ed133e3089d7f9e20e04afe2e49882c204299616df7421','recovery_codes_made:c430b9fd975f0c0f:36b0b3258c0e05f3');
INSERT INTO "jobs" VALUES('job_01a2275d694e79bf9ce067273fedf714','mail',0,'{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"passkey “Laptop”"}}','2026-11-29 12:52:42.958941','2026-11-29 12:52:42.958901',0,NULL,NULL,NULL,'c430b9fd975f0c0f03ed133e3089d7f9e20e04afe2e49882c204299616df7421','factor_added:c430b9fd975f0c0f:36b0b3258c0e05f3');
INSERT INTO "jobs" VALUES('job_01a2275d69d57511a5aa100d4ee70528','refused_attempts',0,'{"key":"2e1ff1b2482749e31845cbf2aea760dfd5a117dfbe75491ff6e2439681c789b3","first_at":"2026-11-29T12:52:43.049759+00:00"}','2026-11-29 12:52:43.093161','2026-11-29 13:02:43.049759',0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2275d6aa87216bfe95d9b5aea0d02','mail',1,'{"template":"removed","to":"rosa@crew.test","facts":{"organization":"Northwind"}}','2026-11-29 12:52:43.304482','2026-11-29 12:52:43.304449',0,NULL,NULL,NULL,'1b64897a1db84770272e6902fcbaf6cdb608adadbd36b10e3519da0f7e0df7f2','removed:1b64897a1db84770:ae4f71e59ce51e23');
INSERT INTO "jobs" VALUES('job_01a2275d6bd9720eb3299b70e9d9ad9f','mail',1,'{"template":"key_cut_off","to":"grace@crew.test","facts":{"organization":"Northwind","key":"test","prefix":"crew_cB1GuUc","cut_off_by":"Ada"}}','2026-11-29 12:52:43.609730','2026-11-29 12:52:43.609701',0,NULL,NULL,NULL,'ed379947045d2ca66ed1e4e394038ac0e94ab6c48ec5ccc6aed94b9a33655a01','key_cut_off:ed379947045d2ca6:ae4f71e59ce51e23');
INSERT INTO "jobs" VALUES('job_01a2275d6c0f7a3e8bb4592dc07f1888','mail',0,'{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys expire after at most 365 days."}}','2026-11-29 12:52:43.663376','2026-11-29 12:52:43.663346',0,NULL,NULL,NULL,'c430b9fd975f0c0f03ed133e3089d7f9e20e04afe2e49882c204299616df7421','key_rules_changed:c430b9fd975f0c0f:ae4f71e59ce51e23');
INSERT INTO "jobs" VALUES('job_01a2275d6c457aac88aa1c0af61f3590','mail',0,'{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys never have to expire."}}','2026-11-29 12:52:43.717488','2026-11-29 12:52:43.717360',0,NULL,NULL,NULL,'c430b9fd975f0c0f03ed133e3089d7f9e20e04afe2e49882c204299616df7421','key_rules_changed:c430b9fd975f0c0f:ae4f71e59ce51e23');
INSERT INTO "jobs" VALUES('job_01a2275d6e3e7a56a2f48d1744fb7b04','mail',0,'{"template":"confirm_old_address","to":"grace@crew.test","facts":{"new":"grace@new.test"},"link":["old_address","email_01a2275d6e297b7aa3209d7cf393dd3b"]}','2026-11-29 12:52:44.222719','2026-11-29 12:52:44.221574',0,NULL,NULL,NULL,'ed379947045d2ca66ed1e4e394038ac0e94ab6c48ec5ccc6aed94b9a33655a01','confirm_old_address:ed379947045d2ca6:36b0b3258c0e05f3');
INSERT INTO "jobs" VALUES('job_01a2275d6e4a7130a9409ce838c119c2','mail',0,'{"template":"confirm_new_address","to":"grace@new.test","facts":{"old":"grace@crew.test"},"link":["new_address","email_01a2275d6e297b7aa3209d7cf393dd3b"]}','2026-11-29 12:52:44.234648','2026-11-29 12:52:44.233549',0,NULL,NULL,NULL,'848a7aa795fc689f56fd6b479acb5fbad4332bdd344c8ba435387ee198491e66','confirm_new_address:848a7aa795fc689f:36b0b3258c0e05f3');
CREATE TABLE key_policies (
	organization_id VARCHAR(40) NOT NULL, 
	max_days INTEGER, 
	expiry_required BOOLEAN NOT NULL, 
	CONSTRAINT pk_key_policies PRIMARY KEY (organization_id), 
	CONSTRAINT fk_key_policies_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "key_policies" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2',NULL,0);
CREATE TABLE lockouts (
	"key" VARCHAR(64) NOT NULL, 
	forgiven_at DATETIME NOT NULL, 
	locked_until DATETIME, 
	told_at DATETIME, 
	CONSTRAINT pk_lockouts PRIMARY KEY ("key")
);
INSERT INTO "lockouts" VALUES('e361319c73efd8f057bcd494749970aaa36c5321e298486755da78e8dfe2afb8','2026-11-29 12:54:43.756976',NULL,NULL);
INSERT INTO "lockouts" VALUES('b0d8898cda053d15a0bd701b166d970f86e8fd30a6bd9e9f0631f578201b02d6','2026-11-29 13:52:43.757013',NULL,NULL);
CREATE TABLE memberships (
	organization_id VARCHAR(40) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	pending BOOLEAN NOT NULL, 
	added_at DATETIME NOT NULL, 
	last_active_at DATETIME, 
	CONSTRAINT pk_memberships PRIMARY KEY (organization_id, user_id), 
	CONSTRAINT ck_memberships_role CHECK (role IN ('read', 'upload', 'write', 'admin', 'super_admin')), 
	CONSTRAINT fk_memberships_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT fk_memberships_user_id FOREIGN KEY(user_id) REFERENCES users (id)
)
 WITHOUT ROWID

;
INSERT INTO "memberships" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d63de72e79dc0dbb052f79ae3','super_admin',0,'2026-11-29 12:52:42.086435',NULL);
INSERT INTO "memberships" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d640576dfb3d1d0af52713cba','admin',0,'2026-11-29 12:52:42.424708',NULL);
INSERT INTO "memberships" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d641d7571a4e1f1e69cf75040','write',1,'2026-11-29 12:52:42.459192',NULL);
CREATE TABLE old_secrets (
	digest VARCHAR(64) NOT NULL, 
	credential_id VARCHAR(40) NOT NULL, 
	prefix VARCHAR(16) NOT NULL, 
	issued_at DATETIME NOT NULL, 
	replaced_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	CONSTRAINT pk_old_secrets PRIMARY KEY (digest), 
	CONSTRAINT fk_old_secrets_credential_id FOREIGN KEY(credential_id) REFERENCES credentials (id) ON DELETE CASCADE
);
INSERT INTO "old_secrets" VALUES('8f69b4d970ca853b088326cb8ca125a6850251710e616db6dd38b350c0628d20','key_01a2275d6e7e771986b3b7ca2fb81bf9','crew_oAMYCr7','2026-11-29 12:52:44.286330','2026-11-29 12:52:44.347169','2026-11-30 12:52:44.347169',NULL);
CREATE TABLE organizations (
	id VARCHAR(40) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	logo VARCHAR(2048), 
	management_email VARCHAR(255) NOT NULL, 
	customer_id VARCHAR(255), 
	created_by VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	second_factor_from DATETIME, 
	CONSTRAINT pk_organizations PRIMARY KEY (id)
);
INSERT INTO "organizations" VALUES('org_01a2275d65e6758e817af1dd4a6f4ca2','Northwind',NULL,'ada@crew.test',NULL,'user_01a2275d63de72e79dc0dbb052f79ae3','2026-11-29 12:52:42.086435','2026-11-29 12:52:42.086435',NULL);
CREATE TABLE portal_keys (
	number INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	since DATETIME NOT NULL, 
	sealed VARCHAR(1024), 
	CONSTRAINT pk_portal_keys PRIMARY KEY (number)
);
INSERT INTO "portal_keys" VALUES(1,'162aed2b05e5c986fc93c4625caf2f82d852cfce2b36417c889fa50bc0a938f1','2026-11-29 12:52:39.784888',NULL);
CREATE TABLE receipts (
	id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40) NOT NULL, 
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	action VARCHAR(255) NOT NULL, 
	person_id VARCHAR(40) NOT NULL, 
	person VARCHAR(255) NOT NULL, 
	by_id VARCHAR(40) NOT NULL, 
	"by" VARCHAR(255) NOT NULL, 
	ended JSON NOT NULL, 
	CONSTRAINT pk_receipts PRIMARY KEY (id), 
	CONSTRAINT uq_receipts_organization_id_number UNIQUE (organization_id, number), 
	CONSTRAINT fk_receipts_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "receipts" VALUES('receipt_01a2275d6a5372338f10fef57545a749','org_01a2275d65e6758e817af1dd4a6f4ca2',1,'2026-11-29 12:52:43.229866','was removed','user_01a2275d64117b2a857019578d1c1588','rosa@crew.test','user_01a2275d63de72e79dc0dbb052f79ae3','ada@crew.test','{"role":"read","sessions":0,"keys":[],"invitations":[],"apps":[],"last_super_admin":false}');
CREATE TABLE recovery_codes (
	id VARCHAR(40) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_recovery_codes PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_recovery_codes_digest UNIQUE (digest)
);
INSERT INTO "recovery_codes" VALUES('code_01a2275d68737167b7889fb3f78fa8e3','user_01a2275d63de72e79dc0dbb052f79ae3','019caf739da69a276c779e2afd4f07b0b2c7cebc4761cd8043135bc1e9e65554','2026-11-29 12:52:42.739216',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d6874741493e4e55f360c5ca8','user_01a2275d63de72e79dc0dbb052f79ae3','deccad0c7aad3e739b251d5f408fe97f069a3a1e7e5ed37e3fbe8b06e10214f1','2026-11-29 12:52:42.739347',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d687570988a44da70c485dc67','user_01a2275d63de72e79dc0dbb052f79ae3','2982aaf69c676f3fffa42e5e94fcdf8a5f12266c0ef8c996b385eae8b9730125','2026-11-29 12:52:42.739390',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d68767c2f8fc62a9d980643e6','user_01a2275d63de72e79dc0dbb052f79ae3','febb62d736d5c4df9a578f387903bdc460659d71d8b7e10ac4b97dbce48c0b3d','2026-11-29 12:52:42.739429',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d687779f0b865e91d2420c67c','user_01a2275d63de72e79dc0dbb052f79ae3','3781b24e5ea383649c759fbb728dab900a329f6651f9aa4fd1b731711a69236b','2026-11-29 12:52:42.739465',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d6878765081d22c44dbc7b379','user_01a2275d63de72e79dc0dbb052f79ae3','fe413a65ae7f7c3d751888dbc7f4d9f35ac616a89c513c67d29ff316b8a84819','2026-11-29 12:52:42.739498',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d68797d529f54e5a181155c03','user_01a2275d63de72e79dc0dbb052f79ae3','7124d28d0cd1534439b264009cc4f81cb0a6e6a35d539dc3fed5df20b5f053e9','2026-11-29 12:52:42.739530',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d687a77099ee27b3c984bcce8','user_01a2275d63de72e79dc0dbb052f79ae3','e790b1b115d090ca0b36754e9aa5da8808756805a91b0d392723a053eafc99ae','2026-11-29 12:52:42.739566',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d687b73f8b4741b3665ff3737','user_01a2275d63de72e79dc0dbb052f79ae3','0de802d63f5bf13bde6408e65eb8323555cb58aeb64583af890045c8658a9361','2026-11-29 12:52:42.739599',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2275d687c751781217751d982e785','user_01a2275d63de72e79dc0dbb052f79ae3','b28aff75a118c0ca7000eb5cf15fe49cc8e14cf75b80efcb7bea7d4e0aa1009c','2026-11-29 12:52:42.739647',NULL);
CREATE TABLE refused_attempts (
	"key" VARCHAR(64) NOT NULL, 
	organization_id VARCHAR(40), 
	actor_id VARCHAR(40) NOT NULL, 
	credential_id VARCHAR(40) NOT NULL, 
	action VARCHAR(255) NOT NULL, 
	target VARCHAR(255) NOT NULL, 
	error VARCHAR(255) NOT NULL, 
	times INTEGER NOT NULL, 
	first_at DATETIME NOT NULL, 
	last_at DATETIME NOT NULL, 
	request_id VARCHAR(64), 
	CONSTRAINT pk_refused_attempts PRIMARY KEY ("key"), 
	CONSTRAINT fk_refused_attempts_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "refused_attempts" VALUES('2e1ff1b2482749e31845cbf2aea760dfd5a117dfbe75491ff6e2439681c789b3','org_01a2275d65e6758e817af1dd4a6f4ca2','user_01a2275d64117b2a857019578d1c1588','key_01a2275d68917dbd8570313717e3d9f3','member.invited','user_01a2275d641d7571a4e1f1e69cf75040','Insufficient permissions to manage members',2,'2026-11-29 12:52:43.049759','2026-11-29 12:52:43.093350','req_01a2275d69c37040ba039ceeb0e0980a');
CREATE TABLE users (
	id VARCHAR(40) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	email_key VARCHAR(255) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	image_url VARCHAR(2048), 
	password_hash VARCHAR(255), 
	created_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	disabled_at DATETIME, 
	erased_at DATETIME, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_email_key UNIQUE (email_key)
);
INSERT INTO "users" VALUES('user_01a2275d5d177609a8599fa5769f815e','operator@crew.test','operator@crew.test','',NULL,'$argon2id$v=19$m=19456,t=2,p=1$HI8/zVcy+5hUiNlq0J7H5w$Z5hHe6c6ey00JNG6F8YjZGr1f77Hpq3qjOEJpERDmBc','2026-11-29 12:52:39.831298','2026-11-29 12:52:39.831298',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2275d63de72e79dc0dbb052f79ae3','ada@crew.test','ada@crew.test','Ada',NULL,'$argon2id$v=19$m=19456,t=2,p=1$WiDkK6ret71Qqwv8X+ajaQ$AemCI5fbmxcBHlgyb83smmPq2uZAqil+vDGhBjVNuZI','2026-11-29 12:52:41.566550','2026-11-29 12:52:41.566550',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2275d640576dfb3d1d0af52713cba','grace@crew.test','grace@crew.test','Grace',NULL,'$argon2id$v=19$m=19456,t=2,p=1$WiDkK6ret71Qqwv8X+ajaQ$AemCI5fbmxcBHlgyb83smmPq2uZAqil+vDGhBjVNuZI','2026-11-29 12:52:41.605646','2026-11-29 12:52:41.605646',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2275d64117b2a857019578d1c1588','rosa@crew.test','rosa@crew.test','Rosa',NULL,'$argon2id$v=19$m=19456,t=2,p=1$WiDkK6ret71Qqwv8X+ajaQ$AemCI5fbmxcBHlgyb83smmPq2uZAqil+vDGhBjVNuZI','2026-11-29 12:52:41.617495','2026-11-29 12:52:41.617495',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2275d641d7571a4e1f1e69cf75040','iris@crew.test','iris@crew.test','Iris',NULL,'$argon2id$v=19$m=19456,t=2,p=1$WiDkK6ret71Qqwv8X+ajaQ$AemCI5fbmxcBHlgyb83smmPq2uZAqil+vDGhBjVNuZI','2026-11-29 12:52:41.629431','2026-11-29 12:52:41.629431',NULL,NULL);
CREATE INDEX ix_audit_entries_organization_id_actor_id_seq ON audit_entries (organization_id, actor_id, seq);
CREATE UNIQUE INDEX ix_audit_entries_organization_id_seq ON audit_entries (organization_id, seq);
CREATE INDEX ix_audit_entries_organization_id_at ON audit_entries (organization_id, at);
CREATE INDEX ix_jobs_done_at_rank_due_at ON jobs (done_at, rank, due_at);
CREATE INDEX ix_jobs_addressee_created_at ON jobs (addressee, created_at);
CREATE INDEX ix_lockouts_forgiven_at ON lockouts (forgiven_at);
CREATE INDEX ix_address_changes_user_id ON address_changes (user_id);
CREATE INDEX ix_ceremonies_user_id ON ceremonies (user_id);
CREATE INDEX ix_ceremonies_expires_at ON ceremonies (expires_at);
CREATE INDEX ix_credentials_user_id_kind ON credentials (user_id, kind);
CREATE INDEX ix_credentials_organization_id ON credentials (organization_id);
CREATE INDEX ix_factors_user_id ON factors (user_id);
CREATE UNIQUE INDEX uq_factors_totp ON factors (user_id) WHERE kind = 'totp';
CREATE INDEX ix_factors_host ON factors (host);
CREATE UNIQUE INDEX uq_invitations_open ON invitations (organization_id, user_id) WHERE state = 'open';
CREATE INDEX ix_invitations_user_id ON invitations (user_id);
CREATE UNIQUE INDEX ix_invitations_shared_digest ON invitations (shared_digest);
CREATE INDEX ix_invitations_invited_by ON invitations (invited_by);
CREATE INDEX ix_memberships_organization_id_added_at_user_id ON memberships (organization_id, added_at, user_id);
CREATE INDEX ix_memberships_user_id ON memberships (user_id);
CREATE INDEX ix_recovery_codes_user_id ON recovery_codes (user_id);
CREATE INDEX ix_refused_attempts_organization_id_actor_id_first_at ON refused_attempts (organization_id, actor_id, first_at);
CREATE INDEX ix_bundles_checksum ON bundles (checksum);
CREATE INDEX ix_bundles_app_id_precedence_id ON bundles (app_id, precedence, id);
CREATE INDEX ix_credential_uses_organization_id ON credential_uses (organization_id);
CREATE INDEX ix_old_secrets_credential_id ON old_secrets (credential_id);
COMMIT;

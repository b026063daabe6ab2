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
INSERT INTO "address_changes" VALUES('email_01a2282d489e74b087e1684b2578eac7','user_01a2282d3ee67a3ea18288d75486cb98','grace@new.test','grace@new.test','72a7c6e67c559c2f6bb0126ade755a20688e3cd706726bb14c35f3dd5300e008','98259f8b5bf5bf9d076b87f0629b8b9f2b3160917ab58dddc3dfab6771f1e039','2026-11-29 16:39:46.078390','2026-11-30 16:39:46.078390',NULL,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0013');
CREATE TABLE apps (
	id VARCHAR(40) NOT NULL, 
	organization_id VARCHAR(40) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	name_key VARCHAR(1000) NOT NULL, 
	created_by VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_apps PRIMARY KEY (id), 
	CONSTRAINT fk_apps_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT uq_apps_organization_id_name_key UNIQUE (organization_id, name_key)
);
INSERT INTO "apps" VALUES('app_01a2282d454d73cab3da18910bb34317','org_01a2282d3f857aef9f0366d6425bec54','Atlas','atlas','user_01a2282d3eb3732aa18dfd7a1512f957','2026-11-29 16:39:45.229292');
CREATE TABLE audit_chains (
	"key" VARCHAR(40) NOT NULL, 
	seq INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_chains PRIMARY KEY ("key")
);
INSERT INTO "audit_chains" VALUES('portal',17,'b88862b4f9f346d0444729e4263357ea686e9e515450f243368c581c9615aa35','f72fbc7882f8ad67e3530b73f21367555e1f424d22e16893c345cbdee97eface');
INSERT INTO "audit_chains" VALUES('org_01a2282d3f857aef9f0366d6425bec54',9,'e49f29466d0742e10897cb83008787e73dbad559d0484bc1283d76e304f3d85e','8b0873bdee8add7bf5c92516d399881f1cd1636f1f69cd5d7bb27a6d0d0f9eec');
CREATE TABLE audit_entries (
	id VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	organization_id VARCHAR(40), 
	actor_id VARCHAR(40), 
	credential_id VARCHAR(40), 
	action VARCHAR(255) NOT NULL, 
	target VARCHAR(255) NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	request_id VARCHAR(64), 
	outcome VARCHAR(16) NOT NULL, 
	seq INTEGER NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	commitment VARCHAR(64) NOT NULL, 
	salt VARCHAR(32), 
	amendment VARCHAR(64), 
	CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);
INSERT INTO "audit_entries" VALUES('entry_01a2282d37457e419c91eefac7c81898','2026-11-29 16:39:41.637063',NULL,NULL,NULL,'account.created','user_01a2282d373a7e7398ef56a65f8c24fd',NULL,'{"email":"operator@crew.test"}',NULL,'done',1,'','46f49e76dd369039bd2765d9f8aaf0de43baec2a67582c0e0c323a02ecbca38d','269aee8b073b8657ddf71280d43b9da24d3c875f815a4cbcfe34918f54432002','a9d006c512ed8ddaf93966dcc27c9e9d',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3ebf7d9db4310c1da8fa4b7a','2026-11-29 16:39:43.551338',NULL,NULL,NULL,'account.created','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'{"email":"ada@crew.test"}',NULL,'done',2,'46f49e76dd369039bd2765d9f8aaf0de43baec2a67582c0e0c323a02ecbca38d','cdfa6cfc2671a419d59599be9cd608b3024aa07f4b5c1f294638fe99e13e423d','c7be4b2724d2377b3de571e5cec82992466c85f0cc0136d71f359145120272bf','803930655907bd31ab8c7bb2480ce578',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3ee7750c8c0239621d67af8f','2026-11-29 16:39:43.591506',NULL,NULL,NULL,'account.created','user_01a2282d3ee67a3ea18288d75486cb98',NULL,'{"email":"grace@crew.test"}',NULL,'done',3,'cdfa6cfc2671a419d59599be9cd608b3024aa07f4b5c1f294638fe99e13e423d','26f51524d5a3a828fab29206598296233b9298a6d577b8cf8c4a6d5d0d2d3b85','4f22060221555a519f41797325146ca4a7d6a8a1952010f24a812dfbde394a3f','60c132bc6cbb9e0f20016e0c32d30ad9',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3ef77b94ba8489ffdb5a36ae','2026-11-29 16:39:43.607495',NULL,NULL,NULL,'account.created','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe',NULL,'{"email":"rosa@crew.test"}',NULL,'done',4,'26f51524d5a3a828fab29206598296233b9298a6d577b8cf8c4a6d5d0d2d3b85','3875caad40039b07e4861303394d9905acee5c635e567f76f5ba96ca3574119e','2c978df1b634c4547d6a631ce0fe8738eac214742698a0af2f445172b07b16f0','26365e2f6f51fc124df24350f6830491',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3f077a4199f3567089f3f39c','2026-11-29 16:39:43.623286',NULL,NULL,NULL,'account.created','user_01a2282d3f0674e6b43748bd6c6c7791',NULL,'{"email":"iris@crew.test"}',NULL,'done',5,'3875caad40039b07e4861303394d9905acee5c635e567f76f5ba96ca3574119e','fa3d67fc3d9988da61bdee84536d66b66485ce00a194f1e57b085c8ef8f7842c','de5730020a5743c11d5afde8c2358a3aef324002e16c7407531edda97c23b04a','a2acc95c7144e54d39e85a3b2fbe0bdb',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3f157b389bd0a9c9eecb7d97','2026-11-29 16:39:43.637375',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'session.opened','session_01a2282d3f147e8894b547f6ede5742f',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',6,'fa3d67fc3d9988da61bdee84536d66b66485ce00a194f1e57b085c8ef8f7842c','d4963e828d26301695136198d8ced72b12013a505b8406ddd90f0913bc70e284','a1fa3b21463122b846b367ed7041c20ba750008fb93cf411f0016ea36963f75f','19f1c2e2c2cc75ed9fbf4667bd8dd870',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d3f877a748dbb816dcc763c68','2026-11-29 16:39:43.758085','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','organization.created','org_01a2282d3f857aef9f0366d6425bec54',NULL,'{"name":"Northwind","management_email":"ada@crew.test"}','req_01a2282d3f577d599d242adeb8eb118b','done',1,'','6fb4adbf294e32514b6da34f8884e9ff5833d8ce7c091b738b52e60fcd43b2ff','b2eaa47ac6772570546f98740c0c2d75be8661563ddd7bd9033098345b225392','01b25d1b0bcd95a1e4d7c072d91e0502',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d418e72bcb8fa8e034d493939','2026-11-29 16:39:44.270776','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d416d7bedb7230638f0acb800','member.invited','user_01a2282d3f0674e6b43748bd6c6c7791',NULL,'{"email":"iris@crew.test","role":"invite_write"}',NULL,'done',2,'6fb4adbf294e32514b6da34f8884e9ff5833d8ce7c091b738b52e60fcd43b2ff','a8b1a566f94e288f989a61712c84e53665e309e2c97a212c67688e85e0a95f47','4e0297cbe1e4e90157951d9522661207fd50a1e153cc93fa37eb671ee2702a5b','2711f7289f745cf525331d0546fd7b18',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d42af7bdb970e1775ca7cc3f2','2026-11-29 16:39:44.559150',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','factor.added','factor_01a2282d42ae74668d091df433cc7d1b',NULL,'{"kind":"totp","name":"Authenticator app"}','req_01a2282d41e3702197aae93165ae3317','done',7,'d4963e828d26301695136198d8ced72b12013a505b8406ddd90f0913bc70e284','3c4a1fb9d75108c3dc922f92769798d0acf0e0c3de4b1a6288d23dcc0e957935','d9cf0f96622769f10dbee99f3030788fe46421f7b0670d6dcede16bf28ce1c2c','54e2d9dda0583a9bedd2cb6ba8d77032',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d42e570e7a1adb3c6f52a7d28','2026-11-29 16:39:44.613927',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','recovery_codes.made','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'{"codes":10}','req_01a2282d41e3702197aae93165ae3317','done',8,'3c4a1fb9d75108c3dc922f92769798d0acf0e0c3de4b1a6288d23dcc0e957935','734e70152201ef34ba91dca5eb0bc9da8236cf9da4fc334b815d61a16c1b5211','768e42af677aefe439fdb030ddc7d5466a076d32bdcc2c247edc4c98d8b4a173','368a95015c838fcee9a12b94554b3367',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d430b763dbfd0b44393ca8762','2026-11-29 16:39:44.650633',NULL,NULL,NULL,'key.created','key_01a2282d430a70ffa1a2093d5ed66aae',NULL,'{"owner":"rosa@crew.test","name":"test","role":"super_admin","prefix":"crew_Uwc19hq","expires_at":null}',NULL,'done',9,'734e70152201ef34ba91dca5eb0bc9da8236cf9da4fc334b815d61a16c1b5211','88c135fa63adec46eee130d33b39c71a420ef787060e307ab11187cc09f6dcfd','1790474ecc8cf18322d2c286a24a934ae83db6b299ffb5320d3b28956eafc6ec','3f3649a6592b401b6a5a7ab6f52479cd',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d43297f8d8fbd7ac0be337217','2026-11-29 16:39:44.680499',NULL,NULL,NULL,'key.created','key_01a2282d43287f5f8ee4993fedfc11e2',NULL,'{"owner":"ada@crew.test","name":"test","role":"super_admin","prefix":"crew_w5JJr0k","expires_at":null}',NULL,'done',10,'88c135fa63adec46eee130d33b39c71a420ef787060e307ab11187cc09f6dcfd','72aa4721de34f9e7146660756a14890a9e29d24dd534ed308ef454f0dd406124','8c468343b24352bcd9eec4cf3011c174ee90b589d71a36c416e38c2eda884468','8cdf3dc744a8c35873db487d1c24aebd',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d44067e01aaac762aed47c473','2026-11-29 16:39:44.901198',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','factor.added','factor_01a2282d4405770983cec84cbbd14276',NULL,'{"kind":"passkey","name":"Laptop"}','req_01a2282d43e2780fae8b4eeef74d34a3','done',11,'72aa4721de34f9e7146660756a14890a9e29d24dd534ed308ef454f0dd406124','d24a8152c31f39107a507a951823177368bc66342b71cedc2a3410a74ab82100','0f66fa7ccaac90bc24ef7de9539558cc144a5303e1773a73a958bf64a19cd0eb','f206618f8f1ffc18f06635f466ac1c76',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d446b79f3af1bafff8101b0f2','2026-11-29 16:39:45.003303','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe','key_01a2282d430a70ffa1a2093d5ed66aae','member.invited','user_01a2282d3f0674e6b43748bd6c6c7791',NULL,'{"error":"Insufficient permissions to manage members"}','req_01a2282d4429721290a82f55d95ab7e6','refused',3,'a8b1a566f94e288f989a61712c84e53665e309e2c97a212c67688e85e0a95f47','c0949ba0e8e6d66291c8f0742726a041a244843c1a8cc630a5214fa0f6d9d591','8e6937a4b0daa2cf0d82baaf637e5e659681bce91886e716f87fc92550f89700','b230a8dc765310043e1e5f5d8bb46673',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d44a37e41bc57f2fe9e919f79','2026-11-29 16:39:45.058535',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'session.opened','session_01a2282d44a279a384580a644163310d',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',12,'d24a8152c31f39107a507a951823177368bc66342b71cedc2a3410a74ab82100','4bcae964e0673a20da538692383d62d4bfe51b84d0dd843025e552007bdaf22f','bfe344834c2ee3c8c2026f68432ce613041c8d86875bcf281c515a47d2e66d0c','b27900931fada4f53a00551b4bfa64ad',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d44ee7102a67f10d2fc2efcaf','2026-11-29 16:39:45.134052','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d44a279a384580a644163310d','member.removed','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe','{"role":"read"}',NULL,'req_01a2282d44b47791ac0393ffe157eb8d','done',4,'c0949ba0e8e6d66291c8f0742726a041a244843c1a8cc630a5214fa0f6d9d591','bbee59ef9c8a544bc5142286dcede7b676bdfaa200932b0b7f8b0852df8504d2','f2eeeaa59c873c3acf9166d9d80df37f5775537a79f5500eac15ff3b402eb375','5e1d9155adf49043316a3d403592450d',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d454e7e63b9c147821590d6bf','2026-11-29 16:39:45.229480','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','key_01a2282d43287f5f8ee4993fedfc11e2','app.created','app_01a2282d454d73cab3da18910bb34317',NULL,'{"name":"Atlas"}','req_01a2282d45387e5397b513d59f1dd5d7','done',5,'bbee59ef9c8a544bc5142286dcede7b676bdfaa200932b0b7f8b0852df8504d2','92cc70176782bd5e4b404dd94553f9addee773382bd8dc37567aa92f5eefd300','80521f50af35202d7910d9d05558e7c604f69abf71b1287aae5b2846285f99ac','9d79d5f33f035cb9e0fc29f8af4fbbfb',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d45db70a5939812a9bb098631','2026-11-29 16:39:45.370528','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','key_01a2282d43287f5f8ee4993fedfc11e2','bundle.uploaded','bundle_01a2282d45da7e3f83e2dde5e19d93a6',NULL,'{"app":"Atlas","version":"1.0.0","size":32,"checksum":"f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464"}','req_01a2282d457b73c2a30f856b607e6046','done',6,'92cc70176782bd5e4b404dd94553f9addee773382bd8dc37567aa92f5eefd300','e5e04126814d79e941d987cdab47e19f952979ef7e0cfb478abd1680f36475ab','c1a4729cc7531c2f3bd68213db29b16301081ebf1c4a5a5d68c75094caceac0c','00f53ae3ddf86df14141bf208704f6ff',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d45f776f986178cf8365d0ab6','2026-11-29 16:39:45.399257',NULL,NULL,NULL,'key.created','key_01a2282d45f67b288d705de57a031b04',NULL,'{"owner":"grace@crew.test","name":"test","role":"super_admin","prefix":"crew_D5cdN4A","expires_at":null}',NULL,'done',13,'4bcae964e0673a20da538692383d62d4bfe51b84d0dd843025e552007bdaf22f','169d29be29cd770e77feaa06b950d2c25032b33ef4b88a8405ceb7624a9bcf1c','a99736454b64e7359c736f7ebeae020b7f3e11962fee890a150b8a35052b26e9','27079827cb37c374121797e4efe8c4c5',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d464176b48def5c5b06d4b568','2026-11-29 16:39:45.475854','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','key.cut_off','key_01a2282d45f67b288d705de57a031b04','{"owner":"grace@crew.test","name":"test","prefix":"crew_D5cdN4A"}',NULL,'req_01a2282d462471edb1cbdddf4ceaa307','done',7,'e5e04126814d79e941d987cdab47e19f952979ef7e0cfb478abd1680f36475ab','95a9fdcb1d95640ceb8a068fe1e06ad4efda025501cf8b135ff691958b8c29e2','4fc49b08097e25a0178e0ed9794ef08db42afb6010bb7f507a6f1bcb63d5ee43','cb1821480f93b52a6d2758eee972fbe4',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d468278caa5dc64db4d3c1b81','2026-11-29 16:39:45.538112','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','key_policy.changed','org_01a2282d3f857aef9f0366d6425bec54','{"max_days":null,"expiry_required":false}','{"max_days":365,"expiry_required":false}','req_01a2282d466270fcb75342bb458c61b0','done',8,'95a9fdcb1d95640ceb8a068fe1e06ad4efda025501cf8b135ff691958b8c29e2','a8b2faaffd17510d14fb6ffb8700dfc9d2f6e305efd0a7800c6d7159982aac85','0d7bcfc1a95453d6d2010a5ad9081b7814611e615f97d131c07ffffad1cf307b','4103cd73fe533bb18a42e5690254fac8',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d46a37e329871c22d9d8f15bb','2026-11-29 16:39:45.571536','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','session_01a2282d3f147e8894b547f6ede5742f','key_policy.changed','org_01a2282d3f857aef9f0366d6425bec54','{"max_days":365,"expiry_required":false}','{"max_days":null,"expiry_required":false}','req_01a2282d46987c3eae06431b6515e214','done',9,'a8b2faaffd17510d14fb6ffb8700dfc9d2f6e305efd0a7800c6d7159982aac85','e49f29466d0742e10897cb83008787e73dbad559d0484bc1283d76e304f3d85e','cf0aceec5bbf11656a7577241ded8b91cd23e5ff0eefc3e36c1dda3e32475595','cacf4489da092a225a21ed547d8735a9',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d47fb7f1aaec531d4ae5618d9','2026-11-29 16:39:45.915956',NULL,'user_01a2282d3ee67a3ea18288d75486cb98',NULL,'session.opened','session_01a2282d47f77932889b54d62d77e6de',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',14,'169d29be29cd770e77feaa06b950d2c25032b33ef4b88a8405ceb7624a9bcf1c','754d462121b40a7f6a5efe2f654482cad8eaed88b975c3de5e4ff19d45b71632','1e7ed0f43bd801ca18410c950fc1b8613b169592a0ea0953e69e72ee85ccb501','2d6031f34914555330e94f40aea7bfd6',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d489d7659a6a88167ddcdaac0','2026-11-29 16:39:46.077598',NULL,'user_01a2282d3ee67a3ea18288d75486cb98','session_01a2282d47f77932889b54d62d77e6de','address.change_requested','user_01a2282d3ee67a3ea18288d75486cb98',NULL,'{"email":"grace@new.test"}','req_01a2282d480e7fa4bdfe649bdcf746f8','done',15,'754d462121b40a7f6a5efe2f654482cad8eaed88b975c3de5e4ff19d45b71632','47a512691df45f0603e2635723ea254649999d0f16dda5516a5a3b9483f97259','238bf3d5a9a9776f6be2ecb5bd67b903c5bb75c0c9770a957c66258f75e45619','818fd18304400a24b4ce274c3e2f11fc',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d48d17c28a8a4258a48e1d3bd','2026-11-29 16:39:46.129004',NULL,'user_01a2282d3ee67a3ea18288d75486cb98','session_01a2282d47f77932889b54d62d77e6de','key.created','key_01a2282d48d071d3a03f8d8414d1c530',NULL,'{"owner":"grace@crew.test","name":"laptop","role":"read","prefix":"crew_EffUE3t","expires_at":"2026-12-29T16:39:46Z"}','req_01a2282d48b47f18a6de449ecbeb4eef','done',16,'47a512691df45f0603e2635723ea254649999d0f16dda5516a5a3b9483f97259','1f612b03e1aac6110dc92886111319be617068a231f0652c7df1e0e050c9f141','ed042217c734be38eae77b36ada180e43010a0ec56217af24e2ffe480bef07c9','498e812dc9e0f1ce0adb8a2130dc8101',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2282d49077904bb49d21c1bdc8ebc','2026-11-29 16:39:46.183324',NULL,'user_01a2282d3ee67a3ea18288d75486cb98','session_01a2282d47f77932889b54d62d77e6de','key.renewed','key_01a2282d48d071d3a03f8d8414d1c530','{"prefix":"crew_EffUE3t","expires_at":"2026-12-29T16:39:46Z"}','{"prefix":"crew_PecdH0v","expires_at":"2026-12-29T16:39:46Z","overlap_hours":24}','req_01a2282d48e2747db2731b0e9b3d48bb','done',17,'1f612b03e1aac6110dc92886111319be617068a231f0652c7df1e0e050c9f141','b88862b4f9f346d0444729e4263357ea686e9e515450f243368c581c9615aa35','d7c12238f26297f3826afbfd178ce6a923f99f55f3af688a62997cfbcb5d35d4','f92054a6817dae072bbfef4df562663e',NULL);
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
	CONSTRAINT fk_bundles_app_id FOREIGN KEY(app_id) REFERENCES apps (id) ON DELETE CASCADE, 
	CONSTRAINT uq_bundles_app_id_version UNIQUE (app_id, version)
);
INSERT INTO "bundles" VALUES('bundle_01a2282d45da7e3f83e2dde5e19d93a6','app_01a2282d454d73cab3da18910bb34317','1.0.0','0110100102','b.zip',32,'f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464','user_01a2282d3eb3732aa18dfd7a1512f957','2026-11-29 16:39:45.370361');
CREATE TABLE ceremonies (
	id VARCHAR(40) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	user_id VARCHAR(40), 
	challenge VARCHAR(128) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_ceremonies PRIMARY KEY (id), 
	CONSTRAINT fk_ceremonies_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "ceremonies" VALUES('webauth_01a2282d49a47e45b70aa42c7a1e8101','register','user_01a2282d3ee67a3ea18288d75486cb98','RTGXBJ1ZRpP9-aN57D89B06CUtElfpJAolqJH7OxXG_u8klnA6XeCbaK-QvSYl0I-Qy5kjBzEX3iCOvURbwn2Q','2026-11-29 16:49:46.340569');
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
INSERT INTO "credential_uses" VALUES('key_01a2282d45f67b288d705de57a031b04','org_01a2282d3f857aef9f0366d6425bec54',NULL,'2026-11-29 16:39:45.472049','user_01a2282d3eb3732aa18dfd7a1512f957');
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
	expires_at DATETIME, 
	last_used_at DATETIME, 
	revoked_at DATETIME, renewed_at DATETIME, failures INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_credentials PRIMARY KEY (id), 
	CONSTRAINT fk_credentials_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT fk_credentials_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_credentials_digest UNIQUE (digest)
);
INSERT INTO "credentials" VALUES('session_01a2282d3f147e8894b547f6ede5742f','session','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'a browser','crew_fLy2NrX','127cc4cdfc5f90e5e74d9b875b4f8d8a19cd81545eef8e53a7259f037171f19c','super_admin','2026-11-29 16:39:43.636974','2026-12-06 16:39:43.636974',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2282d416d7bedb7230638f0acb800','session','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'','crew_aUnjOpD','db83dd150f392f43fa8d474f800c792814d950513c0dceb7a5c5bec09fe359a7','super_admin','2026-11-29 16:39:44.237206','2026-11-30 16:39:44.237206',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2282d430a70ffa1a2093d5ed66aae','key','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe',NULL,'test','crew_Uwc19hq','ea400ad7069d0cc140c536ddca3eac919edc844ef36434ce57ba593066dc597a','super_admin','2026-11-29 16:39:44.650357',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2282d43287f5f8ee4993fedfc11e2','key','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'test','crew_w5JJr0k','30c11d4f13388109b21c5126ff61f492bb03ffe51ac32cabcc25b2ca5d674212','super_admin','2026-11-29 16:39:44.680120',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2282d44a279a384580a644163310d','session','user_01a2282d3eb3732aa18dfd7a1512f957',NULL,'a browser','crew_yRYrfxQ','188bf6eb90913e941a83ee143cdb59b65ed9f40e06cd764b2edb6702e913ddaa','super_admin','2026-11-29 16:39:45.058259','2026-12-06 16:39:45.058259',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2282d45f67b288d705de57a031b04','key','user_01a2282d3ee67a3ea18288d75486cb98',NULL,'test','crew_D5cdN4A','7a860bc53ac15415356980d4ee23b2f6832e4d62dc2dc6d440df6ad1132f27f9','super_admin','2026-11-29 16:39:45.398933',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2282d47f77932889b54d62d77e6de','session','user_01a2282d3ee67a3ea18288d75486cb98',NULL,'a browser','crew_PUr9HYU','60ce9c06204798491fd79b5a8437d0a32b34aeadcda83275929bf45fd750f46e','super_admin','2026-11-29 16:39:45.911707','2026-12-06 16:39:45.911707',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2282d48d071d3a03f8d8414d1c530','key','user_01a2282d3ee67a3ea18288d75486cb98',NULL,'laptop','crew_PecdH0v','dfb6813766f412c0a7e277e09c03a7eb87555950fb99bf30ca84c6da2b05f9a7','read','2026-11-29 16:39:46.128626','2026-12-29 16:39:46.128626',NULL,NULL,'2026-11-29 16:39:46.171409',0);
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
	created_at DATETIME NOT NULL, 
	last_used_at DATETIME, host VARCHAR(255), 
	CONSTRAINT pk_factors PRIMARY KEY (id), 
	CONSTRAINT fk_factors_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_factors_handle UNIQUE (handle)
);
INSERT INTO "factors" VALUES('factor_01a2282d42ae74668d091df433cc7d1b','user_01a2282d3eb3732aa18dfd7a1512f957','totp','Authenticator app','gAAAAABrDFVQkQk_Nh5c6wjIH2rCy9ma-K00qjO5lnjXZdgTfMOryaid7svGbLuuO5y0ls-WRl2cFw-2wi93ErLgTyFvPkkOG7mknS2dZRXvnd4FXuefI7ul4fDzaNzzD8cJM9PWZCAK',59865679,NULL,NULL,NULL,'2026-11-29 16:39:44.559010',NULL,NULL);
INSERT INTO "factors" VALUES('factor_01a2282d4405770983cec84cbbd14276','user_01a2282d3eb3732aa18dfd7a1512f957','passkey','Laptop',NULL,NULL,'c29mdC1wYXNza2V5',X'A5010203262001215820A4D3E0D07278D929E9F6DC2C94BDAA4670B42FEDDBFC6D44DA2AD6BA3F4EEC5D225820A13645E1BC0274ADD579882E7C39ACE469B414905CA21AE5A89357B98B2E4189',0,'2026-11-29 16:39:44.901060',NULL,'localhost');
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
	ended_at DATETIME, undelivered VARCHAR(300), shared_digest VARCHAR(64), 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT fk_invitations_invited_by FOREIGN KEY(invited_by) REFERENCES users (id), 
	CONSTRAINT fk_invitations_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT fk_invitations_user_id FOREIGN KEY(user_id) REFERENCES users (id), 
	CONSTRAINT uq_invitations_digest UNIQUE (digest)
);
INSERT INTO "invitations" VALUES('inv_01a2282d419d73d383790c6283246b97','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3f0674e6b43748bd6c6c7791','user_01a2282d3eb3732aa18dfd7a1512f957','write','2f498481e27e3042477ea4cdcab6676442b8cf166f9d2e290b5ed4635e5fb42f','open','2026-11-29 16:39:44.285834','2026-12-06 16:39:44.285834',NULL,NULL,NULL,NULL);
CREATE TABLE jobs (
	id VARCHAR(40) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	details JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	done_at DATETIME, 
	failure VARCHAR(500), rank INTEGER DEFAULT '0' NOT NULL, outcome VARCHAR(16), addressee VARCHAR(64), topic VARCHAR(120), 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('job_01a2282d41b97ef3b174f9269743a624','mail','{"template":"invitation","to":"iris@crew.test","facts":{"organization_id":"org_01a2282d3f857aef9f0366d6425bec54","organization":"Northwind","role":"write","invited_by":"Ada","invited_by_email":"ada@crew.test","reply_to":"ada@crew.test","expires_at":"2026-12-06T16:39:44Z"},"link":["invitation","inv_01a2282d419d73d383790c6283246b97"]}','2026-11-29 16:39:44.313822','2026-11-29 16:39:44.306165',0,NULL,NULL,1,NULL,'62898a9982064e917ff8882606ebd7f12dbf3663948a4c3c9154d94bcacca8cb','invitation:62898a9982064e91:091b5ce90e839c48');
INSERT INTO "jobs" VALUES('job_01a2282d41f37a1e8f2f8cb5278319d7','lockout_sweep','{}','2026-11-29 16:39:44.371877','2026-11-29 17:39:44.371864',0,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2282d42b7777896352d80a61b12fe','mail','{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"authenticator app"}}','2026-11-29 16:39:44.567530','2026-11-29 16:39:44.567496',0,NULL,NULL,0,NULL,'844b786d509e7636a4396210f173e0dc42d52b72c2f0c52fee144adbb8ff85b7','factor_added:844b786d509e7636:b852486a3a284ff1');
INSERT INTO "jobs" VALUES('job_01a2282d42f077afb444d2efd65f2150','mail','{"template":"recovery_codes_made","to":"ada@crew.test","facts":{}}','2026-11-29 16:39:44.624795','2026-11-29 16:39:44.624740',0,NULL,NULL,0,NULL,'844b786d509e7636a4396210f173e0dc42d52b72c2f0c52fee144adbb8ff85b7','recovery_codes_made:844b786d509e7636:b852486a3a284ff1');
INSERT INTO "jobs" VALUES('job_01a2282d44077c669e0b51dc1a0830bb','mail','{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"passkey “Laptop”"}}','2026-11-29 16:39:44.902858','2026-11-29 16:39:44.902815',0,NULL,NULL,0,NULL,'844b786d509e7636a4396210f173e0dc42d52b72c2f0c52fee144adbb8ff85b7','factor_added:844b786d509e7636:b852486a3a284ff1');
INSERT INTO "jobs" VALUES('job_01a2282d44937fd6b2813b97f4e72e22','refused_attempts','{"key":"c53efcb435dfed82e2f241a4afe6e08e2f260a0e23a32cd2cb32eb49d3367940","first_at":"2026-11-29T16:39:44.998951+00:00"}','2026-11-29 16:39:45.043101','2026-11-29 16:49:44.998951',0,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2282d452e7d0592eda97e30c20971','mail','{"template":"removed","to":"rosa@crew.test","facts":{"organization":"Northwind"}}','2026-11-29 16:39:45.198683','2026-11-29 16:39:45.198657',0,NULL,NULL,1,NULL,'65e851e273417d32c8c69ecc872b476956dc0b28e4fd0a0e583a4f74c3b8b0ff','removed:65e851e273417d32:8f07a0e76644d5a6');
INSERT INTO "jobs" VALUES('job_01a2282d464570b0ba85054f672de7fd','mail','{"template":"key_cut_off","to":"grace@crew.test","facts":{"organization":"Northwind","key":"test","prefix":"crew_D5cdN4A","cut_off_by":"Ada"}}','2026-11-29 16:39:45.477973','2026-11-29 16:39:45.477939',0,NULL,NULL,1,NULL,'e68ae2bc9d752880006b27946aeb50968339df11cb1b26d746b2d908b6bbb613','key_cut_off:e68ae2bc9d752880:8f07a0e76644d5a6');
INSERT INTO "jobs" VALUES('job_01a2282d468b76e3b4aac84e3f4ab95c','mail','{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys expire after at most 365 days."}}','2026-11-29 16:39:45.547119','2026-11-29 16:39:45.547093',0,NULL,NULL,0,NULL,'844b786d509e7636a4396210f173e0dc42d52b72c2f0c52fee144adbb8ff85b7','key_rules_changed:844b786d509e7636:8f07a0e76644d5a6');
INSERT INTO "jobs" VALUES('job_01a2282d46b07f6fab840549fe1dcbbf','mail','{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys never have to expire."}}','2026-11-29 16:39:45.584251','2026-11-29 16:39:45.584205',0,NULL,NULL,0,NULL,'844b786d509e7636a4396210f173e0dc42d52b72c2f0c52fee144adbb8ff85b7','key_rules_changed:844b786d509e7636:8f07a0e76644d5a6');
INSERT INTO "jobs" VALUES('job_01a2282d48a47d71a206329f5a73f0f8','mail','{"template":"confirm_old_address","to":"grace@crew.test","facts":{"new":"grace@new.test"},"link":["old_address","email_01a2282d489e74b087e1684b2578eac7"]}','2026-11-29 16:39:46.084634','2026-11-29 16:39:46.081969',0,NULL,NULL,0,NULL,'e68ae2bc9d752880006b27946aeb50968339df11cb1b26d746b2d908b6bbb613','confirm_old_address:e68ae2bc9d752880:b852486a3a284ff1');
INSERT INTO "jobs" VALUES('job_01a2282d48a6736faca267926b882601','mail','{"template":"confirm_new_address","to":"grace@new.test","facts":{"old":"grace@crew.test"},"link":["new_address","email_01a2282d489e74b087e1684b2578eac7"]}','2026-11-29 16:39:46.086718','2026-11-29 16:39:46.086153',0,NULL,NULL,0,NULL,'c5aa374f0fd9a670ad362087c2825dd0a140bcf1eca7dad094ec0da73a5ee315','confirm_new_address:c5aa374f0fd9a670:b852486a3a284ff1');
CREATE TABLE key_policies (
	organization_id VARCHAR(40) NOT NULL, 
	max_days INTEGER, 
	expiry_required BOOLEAN NOT NULL, 
	CONSTRAINT pk_key_policies PRIMARY KEY (organization_id), 
	CONSTRAINT fk_key_policies_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "key_policies" VALUES('org_01a2282d3f857aef9f0366d6425bec54',NULL,0);
CREATE TABLE lockouts (
	"key" VARCHAR(64) NOT NULL, 
	forgiven_at DATETIME NOT NULL, 
	locked_until DATETIME, 
	told_at DATETIME, 
	CONSTRAINT pk_lockouts PRIMARY KEY ("key")
);
INSERT INTO "lockouts" VALUES('c5c854c79ac7a51ac890aaf242c93f0355e326f19c360a18bb86a0c41ad6ba71','2026-11-29 16:41:45.620078',NULL,NULL);
INSERT INTO "lockouts" VALUES('f2d65a1320504a59886fc9fefd42481caf418f2dc33b1f6e338ffc0fd5d268da','2026-11-29 17:39:45.620114',NULL,NULL);
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
INSERT INTO "memberships" VALUES('org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3eb3732aa18dfd7a1512f957','super_admin',0,'2026-11-29 16:39:43.749818',NULL);
INSERT INTO "memberships" VALUES('org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3ee67a3ea18288d75486cb98','admin',0,'2026-11-29 16:39:44.223583',NULL);
INSERT INTO "memberships" VALUES('org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3f0674e6b43748bd6c6c7791','write',1,'2026-11-29 16:39:44.270576',NULL);
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
INSERT INTO "old_secrets" VALUES('2afc0a5abfc9551e27a7706c8b76593bc7fc966c7c4ea101f8fd9f5879621756','key_01a2282d48d071d3a03f8d8414d1c530','crew_EffUE3t','2026-11-29 16:39:46.128626','2026-11-29 16:39:46.171409','2026-11-30 16:39:46.171409',NULL);
CREATE TABLE organizations (
	id VARCHAR(40) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	logo VARCHAR(2048), 
	management_email VARCHAR(255) NOT NULL, 
	customer_id VARCHAR(255), 
	created_by VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, second_factor_from DATETIME, 
	CONSTRAINT pk_organizations PRIMARY KEY (id)
);
INSERT INTO "organizations" VALUES('org_01a2282d3f857aef9f0366d6425bec54','Northwind',NULL,'ada@crew.test',NULL,'user_01a2282d3eb3732aa18dfd7a1512f957','2026-11-29 16:39:43.749818','2026-11-29 16:39:43.749818',NULL);
CREATE TABLE portal_keys (
	number INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	since DATETIME NOT NULL, 
	sealed VARCHAR(1024), 
	CONSTRAINT pk_portal_keys PRIMARY KEY (number)
);
INSERT INTO "portal_keys" VALUES(1,'77b0ee88874bb47ec94374c745abcdd250a6183cbf1c703090491400badfd689','2026-11-29 16:39:41.587861',NULL);
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
	CONSTRAINT fk_receipts_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT uq_receipts_organization_id_number UNIQUE (organization_id, number)
);
INSERT INTO "receipts" VALUES('receipt_01a2282d450d793cb4ea758371ac9734','org_01a2282d3f857aef9f0366d6425bec54',1,'2026-11-29 16:39:45.167106','was removed','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe','rosa@crew.test','user_01a2282d3eb3732aa18dfd7a1512f957','ada@crew.test','{"role":"read","sessions":0,"keys":[],"invitations":[],"apps":[],"last_super_admin":false}');
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
INSERT INTO "recovery_codes" VALUES('code_01a2282d42d775269fe153de4bff73a8','user_01a2282d3eb3732aa18dfd7a1512f957','da27cd81b81d48e8a6383c222e6d94f78a9dec0629f3b3d6d6385d3b86befabc','2026-11-29 16:39:44.599090',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42d87a70aa6c6c808c9004c9','user_01a2282d3eb3732aa18dfd7a1512f957','a47c9145575afcfdf394a2f0b4bbb8742d7c78f6ca00e814c54fae8c6f53db4d','2026-11-29 16:39:44.599211',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42d97781a865f528f80f53b2','user_01a2282d3eb3732aa18dfd7a1512f957','33392fc4d932eecc3094fcc7fd24f5ad25cf305b46f161de5e19e0e92d0e98cd','2026-11-29 16:39:44.599259',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42da7d1e91cfe87864c294d1','user_01a2282d3eb3732aa18dfd7a1512f957','0fbbb5735bd767c2c116d757f8de968781256ad7817f2a3894394a936b510cf7','2026-11-29 16:39:44.599298',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42db748e80600568e44a4c82','user_01a2282d3eb3732aa18dfd7a1512f957','b06161b9a4a0f295bc1e5b7244f44cf12b59692c8b870580c936be47f5a869d1','2026-11-29 16:39:44.599334',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42dc7342a5469ee1ad0649d0','user_01a2282d3eb3732aa18dfd7a1512f957','5316b93613884bb1b1fe80d6485e406ecd106973912a5aca84031ec09e620adb','2026-11-29 16:39:44.599370',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42dd7329ac798d68ef810b1a','user_01a2282d3eb3732aa18dfd7a1512f957','887372c3ae3a193d9a719ccf385446e15a72f99ce5eb33c87a96d1bf4079679d','2026-11-29 16:39:44.599405',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42de774dbf5b0f0415f77ad0','user_01a2282d3eb3732aa18dfd7a1512f957','6d612462c159df8227e0c97453e3ba4f81fa196fc5efdc802d76bc8d261d2cf3','2026-11-29 16:39:44.599441',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42df776baa4a6e7a23c5229b','user_01a2282d3eb3732aa18dfd7a1512f957','699f789e46009daa9ac7d3b85992214a38ebb022acac2fe6957926a3baf1ecbf','2026-11-29 16:39:44.599475',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2282d42e0756cba5c949b4cda33e6','user_01a2282d3eb3732aa18dfd7a1512f957','b4c7633381bf5561e449918c8ec7855af867c6e9d54b587632839e58f0b7228b','2026-11-29 16:39:44.599507',NULL);
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
INSERT INTO "refused_attempts" VALUES('c53efcb435dfed82e2f241a4afe6e08e2f260a0e23a32cd2cb32eb49d3367940','org_01a2282d3f857aef9f0366d6425bec54','user_01a2282d3ef67ea0ba1d8a3b92a2ecbe','key_01a2282d430a70ffa1a2093d5ed66aae','member.invited','user_01a2282d3f0674e6b43748bd6c6c7791','Insufficient permissions to manage members',2,'2026-11-29 16:39:44.998951','2026-11-29 16:39:45.043299','req_01a2282d44867f7bb372887b565bd25c');
CREATE TABLE users (
	id VARCHAR(40) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	email_key VARCHAR(255) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	image_url VARCHAR(2048), 
	password_hash VARCHAR(255), 
	created_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	disabled_at DATETIME, erased_at DATETIME, search_text VARCHAR(1000) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_email_key UNIQUE (email_key)
);
INSERT INTO "users" VALUES('user_01a2282d373a7e7398ef56a65f8c24fd','operator@crew.test','operator@crew.test','',NULL,'$argon2id$v=19$m=19456,t=2,p=1$N9v3x+AIt0hxFSJKTbWhNg$9yHFbpBO1eDQnQpEpgrZZ4nfJ5sWJeDEIfX3BLFICX4','2026-11-29 16:39:41.626340','2026-11-29 16:39:41.626340',NULL,NULL,' operator@crew.test');
INSERT INTO "users" VALUES('user_01a2282d3eb3732aa18dfd7a1512f957','ada@crew.test','ada@crew.test','Ada',NULL,'$argon2id$v=19$m=19456,t=2,p=1$g++itrPFA3O8dfXmdh+hXg$levUg0mDTAIZ1tuoMP17YyYPBo9h/VsmEivLVSom+Y4','2026-11-29 16:39:43.541312','2026-11-29 16:39:43.541312',NULL,NULL,'ada ada@crew.test');
INSERT INTO "users" VALUES('user_01a2282d3ee67a3ea18288d75486cb98','grace@crew.test','grace@crew.test','Grace',NULL,'$argon2id$v=19$m=19456,t=2,p=1$g++itrPFA3O8dfXmdh+hXg$levUg0mDTAIZ1tuoMP17YyYPBo9h/VsmEivLVSom+Y4','2026-11-29 16:39:43.590159','2026-11-29 16:39:43.590159',NULL,NULL,'grace grace@crew.test');
INSERT INTO "users" VALUES('user_01a2282d3ef67ea0ba1d8a3b92a2ecbe','rosa@crew.test','rosa@crew.test','Rosa',NULL,'$argon2id$v=19$m=19456,t=2,p=1$g++itrPFA3O8dfXmdh+hXg$levUg0mDTAIZ1tuoMP17YyYPBo9h/VsmEivLVSom+Y4','2026-11-29 16:39:43.606721','2026-11-29 16:39:43.606721',NULL,NULL,'rosa rosa@crew.test');
INSERT INTO "users" VALUES('user_01a2282d3f0674e6b43748bd6c6c7791','iris@crew.test','iris@crew.test','Iris',NULL,'$argon2id$v=19$m=19456,t=2,p=1$g++itrPFA3O8dfXmdh+hXg$levUg0mDTAIZ1tuoMP17YyYPBo9h/VsmEivLVSom+Y4','2026-11-29 16:39:43.622257','2026-11-29 16:39:43.622257',NULL,NULL,'iris iris@crew.test');
CREATE INDEX ix_credentials_organization_id ON credentials (organization_id);
CREATE INDEX ix_credentials_user_id_kind ON credentials (user_id, kind);
CREATE INDEX ix_invitations_invited_by ON invitations (invited_by);
CREATE INDEX ix_invitations_user_id ON invitations (user_id);
CREATE UNIQUE INDEX uq_invitations_open ON invitations (organization_id, user_id) WHERE state = 'open';
CREATE INDEX ix_memberships_organization_id_added_at_user_id ON memberships (organization_id, added_at, user_id);
CREATE INDEX ix_memberships_user_id ON memberships (user_id);
CREATE INDEX ix_credential_uses_organization_id ON credential_uses (organization_id);
CREATE INDEX ix_old_secrets_credential_id ON old_secrets (credential_id);
CREATE INDEX ix_factors_user_id ON factors (user_id);
CREATE UNIQUE INDEX uq_factors_totp ON factors (user_id) WHERE kind = 'totp';
CREATE INDEX ix_recovery_codes_user_id ON recovery_codes (user_id);
CREATE INDEX ix_ceremonies_expires_at ON ceremonies (expires_at);
CREATE INDEX ix_ceremonies_user_id ON ceremonies (user_id);
CREATE UNIQUE INDEX ix_audit_entries_organization_id_seq ON audit_entries (organization_id, seq);
CREATE INDEX ix_audit_entries_organization_id_at ON audit_entries (organization_id, at);
CREATE INDEX ix_audit_entries_organization_id_actor_id_seq ON audit_entries (organization_id, actor_id, seq);
CREATE INDEX ix_bundles_app_id_precedence_id ON bundles (app_id, precedence, id);
CREATE INDEX ix_bundles_checksum ON bundles (checksum);
CREATE INDEX ix_address_changes_user_id ON address_changes (user_id);
CREATE INDEX ix_lockouts_forgiven_at ON lockouts (forgiven_at);
CREATE INDEX ix_jobs_done_at_rank_due_at ON jobs (done_at, rank, due_at);
CREATE INDEX ix_jobs_addressee_created_at ON jobs (addressee, created_at);
CREATE UNIQUE INDEX ix_invitations_shared_digest ON invitations (shared_digest);
CREATE INDEX ix_refused_attempts_organization_id_actor_id_first_at ON refused_attempts (organization_id, actor_id, first_at);
CREATE INDEX ix_factors_host ON factors (host);
COMMIT;

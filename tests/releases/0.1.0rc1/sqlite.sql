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
INSERT INTO "address_changes" VALUES('email_01a2277e3e4979b584bdba6b7f742a75','user_01a2277e34ea758fa37225a7858cdb47','grace@new.test','grace@new.test','3d5b351aef999dbae647ba07834ee72653ecda668ec24a3c58bd801f7bd3d7ee','8419178e1857a0da0434a182ed5282ab87dd723fe6c5c89f9f18b5f6b40c04b4','2026-11-29 13:28:34.633278','2026-11-30 13:28:34.633278',NULL,NULL,NULL);
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
	CONSTRAINT fk_apps_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE, 
	CONSTRAINT uq_apps_organization_id_name_key UNIQUE (organization_id, name_key)
);
INSERT INTO "apps" VALUES('app_01a2277e3b317d51bbac94aeaa5a01e3','org_01a2277e368172e8a05842061c6aa4a1','Atlas','atlas','user_01a2277e34ad71fda96d2cb12375ccaa','2026-11-29 13:28:33.841997');
CREATE TABLE audit_chains (
	"key" VARCHAR(40) NOT NULL, 
	seq INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_chains PRIMARY KEY ("key")
);
INSERT INTO "audit_chains" VALUES('portal',17,'435db92d0de904f7f4dc5de394311d793feebbe905cdbee5a3d30e8013623a20','5fbcd5babd63f5065bfeb8d316ca8b7f652d8438d203688d1aae7974ea504627');
INSERT INTO "audit_chains" VALUES('org_01a2277e368172e8a05842061c6aa4a1',9,'2779037d6d77129d010adf71238bcca6cc7e47a890f3368d11073c43f79f5c3d','04fee4cdfd93285cf5aad2c4ebf8ab80c4a0c5df879139191025c8e97e2a41d7');
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
INSERT INTO "audit_entries" VALUES('entry_01a2277e2d3a7e0d815462aa71b6e344','2026-11-29 13:28:30.266550',NULL,NULL,NULL,'account.created','user_01a2277e2d337448a53692c013c6c84f',NULL,'{"email":"operator@crew.test"}',NULL,'done',1,'','133cdecdf5ac4ea8f0bf63f197225683780cabf9b754c1e1d6876418882532a7','72b6f86b9e9fea54b65f3d6b219a1c4a03d37223d5dc776ae461cea23f645d59','3267923a03befabbc7b93d7d4b3cc78f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e34b6752b8357c41d2fdc9251','2026-11-29 13:28:32.182236',NULL,NULL,NULL,'account.created','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'{"email":"ada@crew.test"}',NULL,'done',2,'133cdecdf5ac4ea8f0bf63f197225683780cabf9b754c1e1d6876418882532a7','a68ad19edcf5374f32de4d25ca79fd4152aaf95a1b6ea52a61d9ee45c52a10af','caf96547bd191a00a91fa1d5d3cfd5c88187998714beef904d66ce1247ca73cf','087cc5bc42870379f9b3439990da4a2d',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e34ef7aec90c4b6390bbd2254','2026-11-29 13:28:32.239914',NULL,NULL,NULL,'account.created','user_01a2277e34ea758fa37225a7858cdb47',NULL,'{"email":"grace@crew.test"}',NULL,'done',3,'a68ad19edcf5374f32de4d25ca79fd4152aaf95a1b6ea52a61d9ee45c52a10af','eac4dd921903b43f14584bd50e7bed4e60822c830d4e80c9a5f41744bc935fa9','f8c85ecdf4092004d158d7ab08b7a611380f69e33aabbfcf2506cee8407f70a5','fcf1722b6fda832368ac7be6db188b70',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e34fe75a09622cd92f44882ac','2026-11-29 13:28:32.254405',NULL,NULL,NULL,'account.created','user_01a2277e34fd7c67b61251ae17e25f06',NULL,'{"email":"rosa@crew.test"}',NULL,'done',4,'eac4dd921903b43f14584bd50e7bed4e60822c830d4e80c9a5f41744bc935fa9','beab436d0fb30f21cfd3f71876fe2167c7c6bfc7b2a0c7c8e4aa1add3c1d45bb','f4e88d9a1f134b884595fec08fca8a2fa30cf8968071d9c22a25f3146f013a34','e61fd5bb85e0114288d107e3cdf0990f',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3511702fa14a6bd85248034c','2026-11-29 13:28:32.273633',NULL,NULL,NULL,'account.created','user_01a2277e3510724e8c1c26002bac4fb8',NULL,'{"email":"iris@crew.test"}',NULL,'done',5,'beab436d0fb30f21cfd3f71876fe2167c7c6bfc7b2a0c7c8e4aa1add3c1d45bb','c47764fdd9cd98b1ef96525957b295fe07b6b8068c3fec9045cf1f9770ab6a7d','fd48e3c5cc43900e1d6e184e3a2c1d1ba6b5ca381c2fffe6cf4a5bf7df5090b9','55351c57bde1a0641128477a1ed95cfe',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e35237dbd97a6da07c422aef2','2026-11-29 13:28:32.290441',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'session.opened','session_01a2277e352270a198f0ed1685bae719',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',6,'c47764fdd9cd98b1ef96525957b295fe07b6b8068c3fec9045cf1f9770ab6a7d','8f69f58d0b95df4184de0b6bf9a18d0a99ab1e50380b492959de62f74ac4af10','34f6899426e9ff1a12aa503781b54bb8a6e195e4dbe39b12c8a77477902980b6','693cb73b228cbdd2fe16b53bde62fd1a',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e368374b4aa25e34478d7d76e','2026-11-29 13:28:32.643493','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','organization.created','org_01a2277e368172e8a05842061c6aa4a1',NULL,'{"name":"Northwind","management_email":"ada@crew.test"}','req_01a2277e365d7b31a9911fddf5f3aada','done',1,'','cb4dfddc02eeb356d69ac3ab2c039f0f75f59690b0d5c1dc3db76c371ac3e5f0','b80f6bf7e11cb8bb3e00da3b3971d8718e41800a5062fe89e90789c91cf6aad3','3fd6a96de66bf59a1ae5f67ee6ead2c7',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e37c079cba498a7c9472c5d23','2026-11-29 13:28:32.960850','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e37977392aff1476b35057a8a','member.invited','user_01a2277e3510724e8c1c26002bac4fb8',NULL,'{"email":"iris@crew.test","role":"invite_write"}',NULL,'done',2,'cb4dfddc02eeb356d69ac3ab2c039f0f75f59690b0d5c1dc3db76c371ac3e5f0','0727e93f2634d03c307e10fccbb3a5c47877b16a0000163f70a63c66232ce658','72e39a64bfd8db27191f433c6a0710a97cb6f675df88c92729a3cbf9122d16b0','41aa313f19006dba0d4993eca8b446e1',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e39277a5bba75184b2d0f5725','2026-11-29 13:28:33.318741',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','factor.added','factor_01a2277e3926748ba87abf05fc2096d4',NULL,'{"kind":"totp","name":"Authenticator app"}','req_01a2277e385679e0974ed0a955db489b','done',7,'8f69f58d0b95df4184de0b6bf9a18d0a99ab1e50380b492959de62f74ac4af10','341c1cdfafd6bcf4d60c79691cafbcce3179fe30ff3cd3750174f8a708c716cf','7136dc448b6f7cddc27528714640f600e5db769346aeb147ad93da90d9fb7e13','4096ba65249a1fb4164db557f1cba825',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e395d7c42827bb454034f6d45','2026-11-29 13:28:33.373395',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','recovery_codes.made','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'{"codes":10}','req_01a2277e385679e0974ed0a955db489b','done',8,'341c1cdfafd6bcf4d60c79691cafbcce3179fe30ff3cd3750174f8a708c716cf','9f5839dd71deb950fdd04c01a332f44f88fbc128471b9469c7b6cd0cf66ae4c3','14e6c8f03d818267fdfa346ff174ba273a893dba2c10e7157abeadeadb2f0c9b','d9ac6d95eb2d3416c8c2b914354fd80a',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e39777258bccfb5294070d115','2026-11-29 13:28:33.398601',NULL,NULL,NULL,'key.created','key_01a2277e39767dadb32b7c103ebfafd4',NULL,'{"owner":"rosa@crew.test","name":"test","role":"super_admin","prefix":"crew_spCEuWr","expires_at":null}',NULL,'done',9,'9f5839dd71deb950fdd04c01a332f44f88fbc128471b9469c7b6cd0cf66ae4c3','17add38d32071e1766a4cb0c04c5cd4244811a7674ca40dc71960ba27848c0b2','8e02b31743fbd3eb6ad8113b11697b9980ef93a25fec4151425c6c842bb46f42','e015448c67b85312e3e6e19186c329a3',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e397f75b4a8ef8387342095ef','2026-11-29 13:28:33.406927',NULL,NULL,NULL,'key.created','key_01a2277e397e7a13b517e289ca6c0622',NULL,'{"owner":"ada@crew.test","name":"test","role":"super_admin","prefix":"crew_nHDirl1","expires_at":null}',NULL,'done',10,'17add38d32071e1766a4cb0c04c5cd4244811a7674ca40dc71960ba27848c0b2','50d45ccb585b9ec0e516756277bd4a0192e362375ac1d439e045c5f79c48220c','27bf1bca53518f92338dd0ebbecc85736c15315abed14f024f42689a06ab29ea','09f7199b517bb44325dba3caa7f7f1e4',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3a21752bb3421abb9a5aa122','2026-11-29 13:28:33.568997',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','factor.added','factor_01a2277e3a207fd58feaa1a19c7348ff',NULL,'{"kind":"passkey","name":"Laptop"}','req_01a2277e3a07768381c66e1f05fa2816','done',11,'50d45ccb585b9ec0e516756277bd4a0192e362375ac1d439e045c5f79c48220c','dcbf1a1fea4fb1cfb17e5d1b966e2a91e9e50704259e1de07ea69556083cef53','e44fcdd15d0a9dfde3d0201bdc58f40a4c494ba8e1b133a43a8a6640e9219106','d11080f2a11e4ca25160fddb787d2dc1',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3a5b7660ace2e59ba98fd3e9','2026-11-29 13:28:33.627598','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34fd7c67b61251ae17e25f06','key_01a2277e39767dadb32b7c103ebfafd4','member.invited','user_01a2277e3510724e8c1c26002bac4fb8',NULL,'{"error":"Insufficient permissions to manage members"}','req_01a2277e3a3c7dc882e2f1a9bbc0e7ee','refused',3,'0727e93f2634d03c307e10fccbb3a5c47877b16a0000163f70a63c66232ce658','bfb20a7f84ad7b3d6ce54821ced66f428b416f762d12d1384b39e51797246814','1a4ffbc8d35b5b1fe9dab4e3461b4295d17b8c5a0c774274ff089ff669696321','aa30d5ff39ef01c00dbe19820ea1f31e',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3a887161bdda9c7baae77799','2026-11-29 13:28:33.672005',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'session.opened','session_01a2277e3a877039b65516d9c2d45e3d',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',12,'dcbf1a1fea4fb1cfb17e5d1b966e2a91e9e50704259e1de07ea69556083cef53','a1a3833ec17322ea744cea28ee7d4f5eb76d5c8eeb0fa5cd96f8e5cde15b58e2','565d5386b3a84d639bc1b24b24b45e146ea3031e437d9faed9eb0e63cb76e18e','3d173872a58235069e3ccfc05605db04',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3ac07db88bd02c98c588328c','2026-11-29 13:28:33.728465','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e3a877039b65516d9c2d45e3d','member.removed','user_01a2277e34fd7c67b61251ae17e25f06','{"role":"read"}',NULL,'req_01a2277e3aa171a9986a3039a93bd445','done',4,'bfb20a7f84ad7b3d6ce54821ced66f428b416f762d12d1384b39e51797246814','724ed25d82404c11548ac57ac8398214f2fd1b320e8847ea65da5f0c24038ae9','96151abaa6c87be80f79bed44947c898327def703ca211d7d996370f55561ca9','d092bd2a8f8b0d0c9f18a4356b5f971d',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3b327f11bc04f346b3dd6b86','2026-11-29 13:28:33.842254','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','key_01a2277e397e7a13b517e289ca6c0622','app.created','app_01a2277e3b317d51bbac94aeaa5a01e3',NULL,'{"name":"Atlas"}','req_01a2277e3b167938ae1ffba483758284','done',5,'724ed25d82404c11548ac57ac8398214f2fd1b320e8847ea65da5f0c24038ae9','e481600514b004d18d85e06cedc95063dbcf446515c96dd3d227b2a64fc3b584','087199b62115c1e970370a088af91a184cd28dcbf56e7d35b70a38ec1611515b','f09750bf0b3ea9af49e40771e3c606fc',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3bb37e90911b4d626a4ee37b','2026-11-29 13:28:33.970683','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','key_01a2277e397e7a13b517e289ca6c0622','bundle.uploaded','bundle_01a2277e3bb27393a0cf0fbfb8c06ca7',NULL,'{"app":"Atlas","version":"1.0.0","size":32,"checksum":"f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464"}','req_01a2277e3b5a779fbaf9ba24a7109b80','done',6,'e481600514b004d18d85e06cedc95063dbcf446515c96dd3d227b2a64fc3b584','a4be7ea4c1b0b43a7c63728052df54c74ba36d4faddf07460204ca8185edfb33','8c0d15d34e00bea51cd1d31af5a4fee50ed07f43428e14ecb2c755b4f0e46a86','332fcc5eb92d2e541826f5f2d22dc4e9',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3bd27787b03ce81539f56212','2026-11-29 13:28:34.001713',NULL,NULL,NULL,'key.created','key_01a2277e3bd17ee7852e41461af93cf7',NULL,'{"owner":"grace@crew.test","name":"test","role":"super_admin","prefix":"crew_LAK7lRx","expires_at":null}',NULL,'done',13,'a1a3833ec17322ea744cea28ee7d4f5eb76d5c8eeb0fa5cd96f8e5cde15b58e2','efdda51ee07622ac07b0893e6ceb75c85409ed78f3629f0ee1c1413d9a32cbf1','02262c11cfc7567c6eda52407c33a3ead5db32610a73331e0258a4d716739842','801245a75ab3062ed4e458438479a398',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3c0f79bab2ef109e357b05f6','2026-11-29 13:28:34.063438','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','key.cut_off','key_01a2277e3bd17ee7852e41461af93cf7','{"owner":"grace@crew.test","name":"test","prefix":"crew_LAK7lRx"}',NULL,'req_01a2277e3bf77a9c9b8aa08a3e6165cc','done',7,'a4be7ea4c1b0b43a7c63728052df54c74ba36d4faddf07460204ca8185edfb33','2e9b542e0d07ce6c4d379da29ac1bec7467dc7d4874a8cf06209d29540663c3f','84115c94dc59e97570c2e63c77bcf1d38a96b6d4f86b24af4e215a60984b7dd4','5df4238eb061e49240cce62db2596beb',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3c37739fb709794e0d14b42a','2026-11-29 13:28:34.103225','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','key_policy.changed','org_01a2277e368172e8a05842061c6aa4a1','{"max_days":null,"expiry_required":false}','{"max_days":365,"expiry_required":false}','req_01a2277e3c2271e8b131d2c0df874f58','done',8,'2e9b542e0d07ce6c4d379da29ac1bec7467dc7d4874a8cf06209d29540663c3f','a4d38dc1759deece9253b8ff2ab367d5e460095505ad1011d4683f86d9eacfc9','f87a41925aae14812ef426fce44bcee78dda33005b1f2ccc4a4087f7ef43b021','960848512e360e9d663f7f955d29fb9c',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3c687701854469b8d4aff119','2026-11-29 13:28:34.152985','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','session_01a2277e352270a198f0ed1685bae719','key_policy.changed','org_01a2277e368172e8a05842061c6aa4a1','{"max_days":365,"expiry_required":false}','{"max_days":null,"expiry_required":false}','req_01a2277e3c567de886c7fbf7f727a825','done',9,'a4d38dc1759deece9253b8ff2ab367d5e460095505ad1011d4683f86d9eacfc9','2779037d6d77129d010adf71238bcca6cc7e47a890f3368d11073c43f79f5c3d','51431dc2127306276c18bbc473306f195f2350d9ea241ac34ed471961c9d2beb','270f93bc91ab02ade874357cbb97b673',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3dc374d6a87b76459551951a','2026-11-29 13:28:34.499056',NULL,'user_01a2277e34ea758fa37225a7858cdb47',NULL,'session.opened','session_01a2277e3dc27f62b5f73cc9f0903544',NULL,'{"device":"a browser","factors":["password"]}',NULL,'done',14,'efdda51ee07622ac07b0893e6ceb75c85409ed78f3629f0ee1c1413d9a32cbf1','a0074b5c4511bcf0dbe6fefeb71767cbbe54b1d96cffbf1801be53c666f877a5','f613d523e70cc2914f4cbecdee5c83f93afc5a8f90df8fa3f04bc548ef5ec2bf','2c17c0d63a554fc0e301e206ee7fe057',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3e3f7a76bfb82972cde12169','2026-11-29 13:28:34.623490',NULL,'user_01a2277e34ea758fa37225a7858cdb47','session_01a2277e3dc27f62b5f73cc9f0903544','address.change_requested','user_01a2277e34ea758fa37225a7858cdb47',NULL,'{"email":"grace@new.test"}','req_01a2277e3de0787699e532abcdc2110d','done',15,'a0074b5c4511bcf0dbe6fefeb71767cbbe54b1d96cffbf1801be53c666f877a5','777b8bd7956009c09483ca6392019928b0388c0b3c11abaceb2157b464d7c4cc','de1a7a0d754af77ee20725a5b4072eaeaa049783672c4e37adf8f7dbeeff1210','c38fe4cbb4afdfb00ecc84d3c5cdc4c7',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3ec67108a209b478b7688254','2026-11-29 13:28:34.758376',NULL,'user_01a2277e34ea758fa37225a7858cdb47','session_01a2277e3dc27f62b5f73cc9f0903544','key.created','key_01a2277e3ec57331aa3dc45777d9ec43',NULL,'{"owner":"grace@crew.test","name":"laptop","role":"read","prefix":"crew_1oXn7v3","expires_at":"2026-12-29T13:28:34Z"}','req_01a2277e3ea5724f90d44aa91f48167b','done',16,'777b8bd7956009c09483ca6392019928b0388c0b3c11abaceb2157b464d7c4cc','b5ca0cee6c5ddb38bacee1cf882e193ae5163ff5995240a5da584e3d8b7fc704','d240c5db94ac3900f5e628954e4234c2a9fe268a9520308996c64a9e0040b4a7','2c6ec92eb9167ca23e17774752ba620a',NULL);
INSERT INTO "audit_entries" VALUES('entry_01a2277e3f427415b1d986df84177c4d','2026-11-29 13:28:34.882364',NULL,'user_01a2277e34ea758fa37225a7858cdb47','session_01a2277e3dc27f62b5f73cc9f0903544','key.renewed','key_01a2277e3ec57331aa3dc45777d9ec43','{"prefix":"crew_1oXn7v3","expires_at":"2026-12-29T13:28:34Z"}','{"prefix":"crew_q3PI1Xo","expires_at":"2026-12-29T13:28:34Z","overlap_hours":24}','req_01a2277e3ef47e91b688aac0be36aaf4','done',17,'b5ca0cee6c5ddb38bacee1cf882e193ae5163ff5995240a5da584e3d8b7fc704','435db92d0de904f7f4dc5de394311d793feebbe905cdbee5a3d30e8013623a20','67f607fb68fe9b6610b7758028992fe7461cabe1184fe25f09e0b3f3148a4ec1','2fac822d4a1225b8c15d69fe1e86b345',NULL);
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
INSERT INTO "bundles" VALUES('bundle_01a2277e3bb27393a0cf0fbfb8c06ca7','app_01a2277e3b317d51bbac94aeaa5a01e3','1.0.0','0110100102','b.zip',32,'f0e815d2aaab4987329ec2e9934042c670c6b57c8b28ca27c93aa13392709464','user_01a2277e34ad71fda96d2cb12375ccaa','2026-11-29 13:28:33.970458');
CREATE TABLE ceremonies (
	id VARCHAR(40) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	user_id VARCHAR(40), 
	challenge VARCHAR(128) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_ceremonies PRIMARY KEY (id), 
	CONSTRAINT fk_ceremonies_user_id FOREIGN KEY(user_id) REFERENCES users (id)
);
INSERT INTO "ceremonies" VALUES('webauth_01a2277e3fd9725a91880e8946a61c22','register','user_01a2277e34ea758fa37225a7858cdb47','rBJtOJEViv-UMWBPphn25RsDEXphHjpnBVhgaPUXtN_ZRQHTmmfhobprT_lXASwz1XuZIdmmkYLTyGB8vfqMog','2026-11-29 13:38:35.033166');
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
INSERT INTO "credential_uses" VALUES('key_01a2277e3bd17ee7852e41461af93cf7','org_01a2277e368172e8a05842061c6aa4a1',NULL,'2026-11-29 13:28:34.062755','user_01a2277e34ad71fda96d2cb12375ccaa');
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
INSERT INTO "credentials" VALUES('session_01a2277e352270a198f0ed1685bae719','session','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'a browser','crew_fJZyagk','1a6aba4239edf05da9205a7ad07c36f0e7ddd1c8e62c6fc008e4424173a8c43c','super_admin','2026-11-29 13:28:32.289993','2026-12-06 13:28:32.289993',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2277e37977392aff1476b35057a8a','session','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'','crew_WQVux6J','e23fc07b8d86d4cf7838195122522712df4f02b2f6ed751016d9a83aa31ee0fc','super_admin','2026-11-29 13:28:32.919368','2026-11-30 13:28:32.919368',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2277e39767dadb32b7c103ebfafd4','key','user_01a2277e34fd7c67b61251ae17e25f06',NULL,'test','crew_spCEuWr','4f50b4d97e9d7edfde0650bded89a03a9433b8231fc57f38af3b185baf97f1df','super_admin','2026-11-29 13:28:33.398230',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2277e397e7a13b517e289ca6c0622','key','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'test','crew_nHDirl1','2a83ecd2640d5fd4b0e4bfcf6b3e74fa60e4523f828abe19c17a86c0d8b3faef','super_admin','2026-11-29 13:28:33.406571',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2277e3a877039b65516d9c2d45e3d','session','user_01a2277e34ad71fda96d2cb12375ccaa',NULL,'a browser','crew_o6Qxg4r','310180070683dde54abae75cd68ed501fba279a603658f835faf16ec3bd935eb','super_admin','2026-11-29 13:28:33.671427','2026-12-06 13:28:33.671427',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2277e3bd17ee7852e41461af93cf7','key','user_01a2277e34ea758fa37225a7858cdb47',NULL,'test','crew_LAK7lRx','98808a63e33ae2a60bbd377402627c60012280d539f4bd6780a64c445942ea48','super_admin','2026-11-29 13:28:34.001484',NULL,NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('session_01a2277e3dc27f62b5f73cc9f0903544','session','user_01a2277e34ea758fa37225a7858cdb47',NULL,'a browser','crew_624tSAc','1375b4e6df1f4adcc8dd13544b0a23cc117b13f1100e7f566a9ad2b18f45c475','super_admin','2026-11-29 13:28:34.498642','2026-12-06 13:28:34.498642',NULL,NULL,NULL,0);
INSERT INTO "credentials" VALUES('key_01a2277e3ec57331aa3dc45777d9ec43','key','user_01a2277e34ea758fa37225a7858cdb47',NULL,'laptop','crew_q3PI1Xo','b8a5e9bef713e87dc02ff71145b813f2c5f8dc08d01975c1c969f6270b1e9fd1','read','2026-11-29 13:28:34.757976','2026-12-29 13:28:34.757976',NULL,NULL,'2026-11-29 13:28:34.847317',0);
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
INSERT INTO "factors" VALUES('factor_01a2277e3926748ba87abf05fc2096d4','user_01a2277e34ad71fda96d2cb12375ccaa','totp','Authenticator app','gAAAAABrDCiBjNkoiCW7e_G4PuthYXfLSuc7YUDfp9hoVmHwV57EOPqLxjjUIsWjcG0xmYQJ0FLzIOImocfqJJEk5GWmfMv36uOHtp_crv6jcxYewcjjcKKSChHz4SKlzgovsuzJmUY0',59865297,NULL,NULL,NULL,'2026-11-29 13:28:33.318592',NULL,NULL);
INSERT INTO "factors" VALUES('factor_01a2277e3a207fd58feaa1a19c7348ff','user_01a2277e34ad71fda96d2cb12375ccaa','passkey','Laptop',NULL,NULL,'c29mdC1wYXNza2V5',X'A50102032620012158209FA253A639B7F753335F4241196F4732CB9BD1D8B1F9F8CE001CFF6A0893116E225820FAF64F399E1E6740A048E010478B354F2CB05C03304A3048520DE8C6F3FA6A1D',0,'2026-11-29 13:28:33.568881',NULL,'localhost');
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
INSERT INTO "invitations" VALUES('inv_01a2277e37e175039996c342ea2fbd2f','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e3510724e8c1c26002bac4fb8','user_01a2277e34ad71fda96d2cb12375ccaa','write','1995157dc3cf59e0b8919b2dd9a9cbbcf1c25d6aae84c3863bc91b0eb4b8a911','open','2026-11-29 13:28:32.994029','2026-12-06 13:28:32.994029',NULL,NULL,NULL,NULL);
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
INSERT INTO "jobs" VALUES('job_01a2277e380971c7828a0e2a78bd7dba','mail','{"template":"invitation","to":"iris@crew.test","facts":{"organization_id":"org_01a2277e368172e8a05842061c6aa4a1","organization":"Northwind","role":"write","invited_by":"Ada","invited_by_email":"ada@crew.test","reply_to":"ada@crew.test","expires_at":"2026-12-06T13:28:32Z"},"link":["invitation","inv_01a2277e37e175039996c342ea2fbd2f"]}','2026-11-29 13:28:33.033108','2026-11-29 13:28:33.022026',0,NULL,NULL,1,NULL,'4c86715e3665dc50208d3b141c369df4bf61dfc8f6762ae925b552599a1cdeed','invitation:4c86715e3665dc50:5b7fbfe4579ed753');
INSERT INTO "jobs" VALUES('job_01a2277e3879740888be62385bcc5064','lockout_sweep','{}','2026-11-29 13:28:33.145277','2026-11-29 14:28:33.145265',0,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2277e3930714fb6b381ce149d1aa5','mail','{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"authenticator app"}}','2026-11-29 13:28:33.328670','2026-11-29 13:28:33.328629',0,NULL,NULL,0,NULL,'3a92f9d7cec3ae5cec1ce5fea3cd72f68433abad38152356aa745f83ac4ec09b','factor_added:3a92f9d7cec3ae5c:bb610f0ee434109f');
INSERT INTO "jobs" VALUES('job_01a2277e396476e8921c56d403fc514e','mail','{"template":"recovery_codes_made","to":"ada@crew.test","facts":{}}','2026-11-29 13:28:33.380027','2026-11-29 13:28:33.379968',0,NULL,NULL,0,NULL,'3a92f9d7cec3ae5cec1ce5fea3cd72f68433abad38152356aa745f83ac4ec09b','recovery_codes_made:3a92f9d7cec3ae5c:bb610f0ee434109f');
INSERT INTO "jobs" VALUES('job_01a2277e3a227021b4fdef1878cfef25','mail','{"template":"factor_added","to":"ada@crew.test","facts":{"factor":"passkey “Laptop”"}}','2026-11-29 13:28:33.570403','2026-11-29 13:28:33.570371',0,NULL,NULL,0,NULL,'3a92f9d7cec3ae5cec1ce5fea3cd72f68433abad38152356aa745f83ac4ec09b','factor_added:3a92f9d7cec3ae5c:bb610f0ee434109f');
INSERT INTO "jobs" VALUES('job_01a2277e3a7276b0a633f67826810ec6','refused_attempts','{"key":"cc0c2eabd4e3d808c3711bc2e1d2b30ca585b53b804dbce8f0a7526ccadbdecb","first_at":"2026-11-29T13:28:33.625581+00:00"}','2026-11-29 13:28:33.650672','2026-11-29 13:38:33.625581',0,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES('job_01a2277e3b0f71068db75470a555a330','mail','{"template":"removed","to":"rosa@crew.test","facts":{"organization":"Northwind"}}','2026-11-29 13:28:33.807556','2026-11-29 13:28:33.807524',0,NULL,NULL,1,NULL,'7c990e17021ca5fa43555850ab8716dfc8b8177736afd036d7a780f34f8d47ad','removed:7c990e17021ca5fa:5677656c4d4039ad');
INSERT INTO "jobs" VALUES('job_01a2277e3c117514a10e531a2f763c9a','mail','{"template":"key_cut_off","to":"grace@crew.test","facts":{"organization":"Northwind","key":"test","prefix":"crew_LAK7lRx","cut_off_by":"Ada"}}','2026-11-29 13:28:34.065203','2026-11-29 13:28:34.065161',0,NULL,NULL,1,NULL,'82fb2af8c3bcaa872f97fc0cf93160abeec63f843ac8c398a6f6421e41a1edad','key_cut_off:82fb2af8c3bcaa87:5677656c4d4039ad');
INSERT INTO "jobs" VALUES('job_01a2277e3c3b754ebe9dd4e3137d3815','mail','{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys expire after at most 365 days."}}','2026-11-29 13:28:34.107266','2026-11-29 13:28:34.107235',0,NULL,NULL,0,NULL,'3a92f9d7cec3ae5cec1ce5fea3cd72f68433abad38152356aa745f83ac4ec09b','key_rules_changed:3a92f9d7cec3ae5c:5677656c4d4039ad');
INSERT INTO "jobs" VALUES('job_01a2277e3c7870bcb4a94e69893405c1','mail','{"template":"key_rules_changed","to":"ada@crew.test","facts":{"organization":"Northwind","by":"Ada (ada@crew.test)","rules":"Keys never have to expire."}}','2026-11-29 13:28:34.167994','2026-11-29 13:28:34.167900',0,NULL,NULL,0,NULL,'3a92f9d7cec3ae5cec1ce5fea3cd72f68433abad38152356aa745f83ac4ec09b','key_rules_changed:3a92f9d7cec3ae5c:5677656c4d4039ad');
INSERT INTO "jobs" VALUES('job_01a2277e3e7c7d62bc24939a5920ab5d','mail','{"template":"confirm_old_address","to":"grace@crew.test","facts":{"new":"grace@new.test"},"link":["old_address","email_01a2277e3e4979b584bdba6b7f742a75"]}','2026-11-29 13:28:34.684571','2026-11-29 13:28:34.666952',0,NULL,NULL,0,NULL,'82fb2af8c3bcaa872f97fc0cf93160abeec63f843ac8c398a6f6421e41a1edad','confirm_old_address:82fb2af8c3bcaa87:bb610f0ee434109f');
INSERT INTO "jobs" VALUES('job_01a2277e3e90785eb5f1b7bd926a2148','mail','{"template":"confirm_new_address","to":"grace@new.test","facts":{"old":"grace@crew.test"},"link":["new_address","email_01a2277e3e4979b584bdba6b7f742a75"]}','2026-11-29 13:28:34.704204','2026-11-29 13:28:34.686914',0,NULL,NULL,0,NULL,'6bf98088a4453081ece7a4b14c34334a7dc54ecde7314b03c59bb12b878853b3','confirm_new_address:6bf98088a4453081:bb610f0ee434109f');
CREATE TABLE key_policies (
	organization_id VARCHAR(40) NOT NULL, 
	max_days INTEGER, 
	expiry_required BOOLEAN NOT NULL, 
	CONSTRAINT pk_key_policies PRIMARY KEY (organization_id), 
	CONSTRAINT fk_key_policies_organization_id FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
INSERT INTO "key_policies" VALUES('org_01a2277e368172e8a05842061c6aa4a1',NULL,0);
CREATE TABLE lockouts (
	"key" VARCHAR(64) NOT NULL, 
	forgiven_at DATETIME NOT NULL, 
	locked_until DATETIME, 
	told_at DATETIME, 
	CONSTRAINT pk_lockouts PRIMARY KEY ("key")
);
INSERT INTO "lockouts" VALUES('9629114db14f7fcac12cf6aa4804b0a11378ef1f0cee3ea3079c85e8cac2a44f','2026-11-29 13:30:34.200954',NULL,NULL);
INSERT INTO "lockouts" VALUES('5aa56e1c243ef188f78e4d14509b5c7d649fb87faad7071a1c097d10a2207368','2026-11-29 14:28:34.201006',NULL,NULL);
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
INSERT INTO "memberships" VALUES('org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ad71fda96d2cb12375ccaa','super_admin',0,'2026-11-29 13:28:32.641020',NULL);
INSERT INTO "memberships" VALUES('org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34ea758fa37225a7858cdb47','admin',0,'2026-11-29 13:28:32.894546',NULL);
INSERT INTO "memberships" VALUES('org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e3510724e8c1c26002bac4fb8','write',1,'2026-11-29 13:28:32.960595',NULL);
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
INSERT INTO "old_secrets" VALUES('d5a20e7d8b8e8adecd64fc98c253f2afaf699f1395958fb4bf8a0963fd509572','key_01a2277e3ec57331aa3dc45777d9ec43','crew_1oXn7v3','2026-11-29 13:28:34.757976','2026-11-29 13:28:34.847317','2026-11-30 13:28:34.847317',NULL);
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
INSERT INTO "organizations" VALUES('org_01a2277e368172e8a05842061c6aa4a1','Northwind',NULL,'ada@crew.test',NULL,'user_01a2277e34ad71fda96d2cb12375ccaa','2026-11-29 13:28:32.641020','2026-11-29 13:28:32.641020',NULL);
CREATE TABLE portal_keys (
	number INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	since DATETIME NOT NULL, 
	sealed VARCHAR(1024), 
	CONSTRAINT pk_portal_keys PRIMARY KEY (number)
);
INSERT INTO "portal_keys" VALUES(1,'9ee171f966568d8f2ca6fb5f15d99a47edb3b7365bf8c77e1bdfa1f177b7f2f3','2026-11-29 13:28:30.203840',NULL);
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
INSERT INTO "receipts" VALUES('receipt_01a2277e3ad47ba8996c45b8060a52ef','org_01a2277e368172e8a05842061c6aa4a1',1,'2026-11-29 13:28:33.751799','was removed','user_01a2277e34fd7c67b61251ae17e25f06','rosa@crew.test','user_01a2277e34ad71fda96d2cb12375ccaa','ada@crew.test','{"role":"read","sessions":0,"keys":[],"invitations":[],"apps":[],"last_super_admin":false}');
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
INSERT INTO "recovery_codes" VALUES('code_01a2277e39507131b57a122d9a75941f','user_01a2277e34ad71fda96d2cb12375ccaa','0a50f7b7d90fcc23c113d1648208a93cf38783a03889374a8f0d30e2c85bc322','2026-11-29 13:28:33.360319',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e395170de834c89c338436b75','user_01a2277e34ad71fda96d2cb12375ccaa','d0f534e603a855fda2b06b7becb3636e2830385356a3136d263e6a2c42aee58c','2026-11-29 13:28:33.360544',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e39527d72bc011575a71c5b25','user_01a2277e34ad71fda96d2cb12375ccaa','f6710a5e2d06fc81c273c886b2e5a0e24e1643dc3cbe14b83808fd2628ed4688','2026-11-29 13:28:33.360656',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e39537d608b11e9ba4e232494','user_01a2277e34ad71fda96d2cb12375ccaa','d2ecb2403d0e40cc3eed01f9c4b1042a9d03659a38d4587bfb8a7fe1e89e2b4f','2026-11-29 13:28:33.361006',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e395470cabf2fb2639aa224cc','user_01a2277e34ad71fda96d2cb12375ccaa','c4b4e3ea011ff0ffa1ce075714629607ba023c38df0cda624dc26cc10aee4db4','2026-11-29 13:28:33.361099',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e3955741db18dcf26369cc4b8','user_01a2277e34ad71fda96d2cb12375ccaa','b4032f82306a5ad132e626468a12b3a922462927be0c58376b346200c367414c','2026-11-29 13:28:33.361181',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e395679d8b12a23cfaf8801f4','user_01a2277e34ad71fda96d2cb12375ccaa','1f57f25bc8697a573d609be6f2e1ab6eca281ca5016f2a6ae8778dac837d26de','2026-11-29 13:28:33.361261',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e395777948dff34b16300d478','user_01a2277e34ad71fda96d2cb12375ccaa','a17852a4f9ec2c3711968ab4c93a06d64e67841a5669056c3c3b588eb0ef5d77','2026-11-29 13:28:33.361342',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e395879deb9a8e9dc53c507fd','user_01a2277e34ad71fda96d2cb12375ccaa','a565d24515177e30c7cec866ebfbbc1b0f9a3a1ff192bf987de25ed41271199a','2026-11-29 13:28:33.361420',NULL);
INSERT INTO "recovery_codes" VALUES('code_01a2277e39597e838a350e6d133209f0','user_01a2277e34ad71fda96d2cb12375ccaa','db3a8381d4afc51414b0a96ff3554f8ece90529c07eb6f86a83526cab6b8bccd','2026-11-29 13:28:33.361497',NULL);
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
INSERT INTO "refused_attempts" VALUES('cc0c2eabd4e3d808c3711bc2e1d2b30ca585b53b804dbce8f0a7526ccadbdecb','org_01a2277e368172e8a05842061c6aa4a1','user_01a2277e34fd7c67b61251ae17e25f06','key_01a2277e39767dadb32b7c103ebfafd4','member.invited','user_01a2277e3510724e8c1c26002bac4fb8','Insufficient permissions to manage members',2,'2026-11-29 13:28:33.625581','2026-11-29 13:28:33.650929','req_01a2277e3a6179b68ce97ec9c406edc4');
CREATE TABLE users (
	id VARCHAR(40) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	email_key VARCHAR(255) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	image_url VARCHAR(2048), 
	password_hash VARCHAR(255), 
	created_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	disabled_at DATETIME, erased_at DATETIME, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT uq_users_email_key UNIQUE (email_key)
);
INSERT INTO "users" VALUES('user_01a2277e2d337448a53692c013c6c84f','operator@crew.test','operator@crew.test','',NULL,'$argon2id$v=19$m=19456,t=2,p=1$rkbs8SkFkfDJXqOxeIVHhQ$L3dgCh/jYjKcDJJKCnnx63ricuYn/wJ+3R4YHqLS724','2026-11-29 13:28:30.259424','2026-11-29 13:28:30.259424',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2277e34ad71fda96d2cb12375ccaa','ada@crew.test','ada@crew.test','Ada',NULL,'$argon2id$v=19$m=19456,t=2,p=1$OZ1GgooMsF6WFUGoSrBU3g$eZChl5voWvnvPfwNWjoo7E40oMg287LUwNXMp/3m7tg','2026-11-29 13:28:32.173793','2026-11-29 13:28:32.173793',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2277e34ea758fa37225a7858cdb47','grace@crew.test','grace@crew.test','Grace',NULL,'$argon2id$v=19$m=19456,t=2,p=1$OZ1GgooMsF6WFUGoSrBU3g$eZChl5voWvnvPfwNWjoo7E40oMg287LUwNXMp/3m7tg','2026-11-29 13:28:32.234576','2026-11-29 13:28:32.234576',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2277e34fd7c67b61251ae17e25f06','rosa@crew.test','rosa@crew.test','Rosa',NULL,'$argon2id$v=19$m=19456,t=2,p=1$OZ1GgooMsF6WFUGoSrBU3g$eZChl5voWvnvPfwNWjoo7E40oMg287LUwNXMp/3m7tg','2026-11-29 13:28:32.253603','2026-11-29 13:28:32.253603',NULL,NULL);
INSERT INTO "users" VALUES('user_01a2277e3510724e8c1c26002bac4fb8','iris@crew.test','iris@crew.test','Iris',NULL,'$argon2id$v=19$m=19456,t=2,p=1$OZ1GgooMsF6WFUGoSrBU3g$eZChl5voWvnvPfwNWjoo7E40oMg287LUwNXMp/3m7tg','2026-11-29 13:28:32.272387','2026-11-29 13:28:32.272387',NULL,NULL);
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
